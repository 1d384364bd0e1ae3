"""How mail servers say that a mail was not delivered, where they use no standard form."""

from __future__ import annotations

import re

DAEMON = re.compile(
    r"mailer-?daemon|mail-?daemon|double-bounce|mail delivery (?:sub)?system|mail deliver system"
    r"|mail delivery service|mail administrator",
    re.I,
)
POSTMASTER = re.compile(r"(?:postmaster|mail-?admin|bounces?|interscan)\b", re.I)

SUBJECT = re.compile(
    r"(?:undeliver(?:able|ed)|returned (?:e?mail|message)|failure (?:notice|delivery)"
    r"|(?:permanent )?delivery (?:status|failure|failed|report|problem|error|delay|has failed"
    r"|notification|unsuccessful)"
    r"|(?:e-?)?mail (?:delivery (?:fail|status|problem|error)|system error|failed|failure"
    r"|could not be|returned|status report)"
    r"|message (?:delivery has failed|undeliverable|not delivered|status)"
    r"|non-?deliver|unable to deliver|there was an error sending|could not (?:send|deliver)"
    r"|warning[:-]+ ?(?:message|could not|e?mail)|delayed mail|delivery delayed"
    r"|(?:nachricht |e-?mail )?(?:unzustellbar|nicht zustellbar)|zustellung.{0,20}fehlgeschlagen"
    r"|non remis|message non (?:remis|distribu)|[ée]chec de (?:la )?(?:remise|distribution)"
    r"|no se (?:pudo|puede|ha podido) entregar|devuelto|n[ãa]o foi entregue|falha na entrega"
    r"|mancato recapito|messaggio non recapita|impossibile recapitare|onbestelbaar"
    r"|nie (?:dostarczono|można dostarczyć)|недоставлен|не доставлено|ваше сообщение не"
    r"|メールエラー|エラー通知|配信不能|未配信|不達|退信|系统退信|投递失败|傳送失敗)"
    r"|配送できません|送信できません|returning (?:message |mail )?to sender|mail failure\.?\s*$"
    r"|returned to sender",
    re.I,
)

BODY = re.compile(
    r"(?:could|can|was|were|has|have|did)(?: ?not|n.t)(?: been| be)?(?: able to)? "
    r"(?:deliver|reach|sen[dt])"
    r"|(?:unable|failed|trying|attempting|trouble|error)(?: to)? deliver"
    r"|deliver(?:y|ing) (?:to the following|your m|has failed|problems?|errors?|failed|fail"
    r"|attempts?)"
    r"|undeliverable|delivery (?:status )?notification|permanent (?:fatal )?error"
    r"|(?:following|these) (?:address|recipient)[a-z()]{0,8} (?:failed|had|was|were|could|has)"
    r"|recipients? (?:was|were|has been) reject|rejected recipient|user unknown|unknown user"
    r"|transcript of session|returned message|unsent message|original message follows"
    r"|failed addresses|failure reasons|below this line is a copy|no such user"
    r"|delayed|still being retried|will be retried|not yet been delivered"
    r"|final-recipient:|diagnostic-code:|<<< [45]\d\d|rcpt to:",
    re.I,
)
JAPANESE = re.compile(
    "送信できません|配信できません|配送に失敗|配送できません|配信に失敗|送信に失敗|宛先"
)

DELAYED = re.compile(
    r"delay|warning[:-]|still being retried|(?:will|continue to) (?:be )?retr|keep trying"
    r"|not yet been delivered|verzögert|retard",
    re.I,
)
GIVEN_UP = re.compile(
    r"giv(?:en|ing) up|not going to try again|permanent|cannot send message for", re.I
)

ORIGINAL = re.compile(
    r"(?im)^[ \t|>*-]{0,60}(?:below this line is|this is a copy of|original (?:message|mail)"
    r"|message headers follow|returned message|unsent message|included is a copy"
    r"|message text follows|below is a copy|return-path:|received:|header of the)"
)

COMPLAINT = re.compile(
    r"(?:complaint about message|(?:email |mail )?(?:abuse|feedback) report|abuse complaint"
    r"|spam (?:report|complaint))",
    re.I,
)
COMPLAINANT = re.compile(r"(?:staff|abuse|fbl|complaints?|feedback[a-z-]{0,12}|postmaster)@", re.I)
