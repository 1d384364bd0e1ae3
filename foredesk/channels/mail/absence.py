"""Subjects of automatic answers, as mail programs and people write them in many languages."""

from __future__ import annotations

import re

_ANSWERS = (
    # what mail programs put before the subject that they answer
    r"auto(?:matic|mated)?[ -]?(?:reply|response|answer)",
    r"automatische (?:antwort|abwesenheitsnotiz)|abwesenheits(?:notiz|nachricht|benachrichtigung)",
    r"r[ée]ponse automatique|absen(?:ce|t) (?:du|de mon) bureau|message d.absence",
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina|resposta autom[àáa]tica",
    r"fora do escrit[óo]rio|aus[êe]ncia tempor[áa]ria",
    r"risposta automatica|fuori (?:sede|ufficio)",
    r"automatisch (?:antwoord|bericht)|afwezigheids(?:assistent|bericht)|niet aanwezig",
    r"auto(?:matiskt |matisk )?svar|fr[åa]nvaromeddelande|frav[æa]rsmelding|ikke til stede",
    r"automaattinen (?:vastaus|poissaoloviesti)|poissaoloviesti",
    r"automatyczna odpowied[źz]|autoodpowied[źz]|poza biurem",
    r"automatick[áa] odpov[ěe][ďdž]|automatikus v[áa]lasz|r[ăa]spuns automat|automatski odgovor",
    r"автоматический ответ|автоответ|автоматична відповідь|автоматичен отговор|вне офиса",
    r"otomatik yan[ıi]t|αυτόματη απάντηση|εκτός γραφείου",
    r"自動応答|自動返信|不在通知|自动回复|自动答复|自動回覆|自動答覆",
    r"자동 ?(?:회신|응답|답장)|부재중",
    r"מענה אוטומטי|תשובה אוטומטית|رد تلقائي|الرد التلقائي|ตอบกลับอัตโนมัติ|trả lời tự động",
    r"out[ -]of[ -](?:the[ -])?office|away from (?:the|my) (?:office|desk|mail|e-mail)",
    r"(?:vacation|holiday|away) (?:reply|response|message|notice|notification)",
    r"i(?: am|'m|’m) (?:away|on vacation|on holiday|out of (?:the )?office)",
)
_SHORT = (
    # single words, that mean it only before a colon
    r"ooo|oof|away|abwesend|abwesenheit|absence|absent|ausente|assente|afwezig|fr[åa]nvarande",
    r"frav[æa]rende|poissa|nieobecn(?:y|a|o[śs][ćc])|отсутствие|不在",
)
_BEGINS = re.compile(
    rf"\[?(?:(?:{'|'.join(_ANSWERS)})(?!\w)|(?:{'|'.join(_SHORT)})\]?\s*[:：])", re.I
)
_LATE = re.compile(r"\baway until \S|\bout of (?:the )?office (?:until|till|from)\b", re.I)
LONGEST = 300  # characters


def is_absence(subject: str) -> bool:
    """Whether the subject is that of a vacation answer."""
    text = subject[:LONGEST].strip()
    return bool(_BEGINS.match(text) or _LATE.search(text))
