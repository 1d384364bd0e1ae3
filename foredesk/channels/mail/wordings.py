"""Words by which mail programs introduce a quote, in many languages. Lower case."""

from foredesk.channels.mail.words import words

WROTE = (
    "wrote", "writes", "schrieb", "a écrit", "a ecrit", "escribió", "escribio", "ha scritto",
    "scrive", "schreef", "escreveu", "skrev", "kirjoitti", "napisał(a)", "napisał",
    "napisała", "napisal", "napisal(a)", "пишет", "написал", "написал(а)", "написала",
    "писал(а)", "пише", "napsal(a)", "napsal", "napsala", "napísal(a)", "napísal", "írta",
    "írta ezt", "şunu yazdı", "şunları yazdı", "yazdı", "a scris", "έγραψε", "написа",
    "je napisao/la", "je napisao", "napisao je", "piše", "je napisal(a)", "je napisala",
    "rašė", "rakstīja", "kirjutas", "va escriure", "igorleak hau idatzi du", "escribiu",
    "のメール", "wrote に", "さんは書きました", "が書いたこと", "写道", "寫道", "님이 작성",
    "님이 씀", "đã viết", "menulis", "เขียนว่า", "כתב", "כתבה", "כתב/ה", "كتب", "كتبت",
)  # fmt: skip

OPENERS = (
    "on ", "am ", "le ", "el ", "il ", "op ", "em ", "den ", "på ", "w dniu ", "dnia ",
    "a(z) ", "ons ", "om ", "in data ", "no dia ", "dne ", "на ", "στις ", "vào ",
)  # fmt: skip

FROM = words(
    "from von de da van från fra od от від lähettäjä 发件人 寄件者 寄件人 差出人 送信者 "
    "보낸사람 gönderen kimden feladó la από nuo no saatja remitente mittente expéditeur "
    "absender afzender avsändare afsender avsender nadawca отправитель מאת من"
) | {"보낸 사람", "reply-to", "de la"}
SENT = words(
    "sent date gesendet datum envoyé enviado fecha inviato data verzonden skickat sendt dato "
    "wysłano отправлено дата 发送时间 寄件日期 送信日時 日時 日付 보낸날짜 날짜 lähetetty "
    "päivämäärä päiväys enviada trimis odesláno odoslané elküldve dátum gönderildi tarih "
    "στάλθηκε ημερομηνία надіслано נשלח תאריך 日期"
) | {
    "message du",
    "enviada em",
    "enviado em",
    "enviado el",
    "보낸 날짜",
    "date d'envoi",
    "data de envio",
}
TO = words(
    "to an à a para aan till til do кому 收件人 宛先 받는사람 받는 vastaanottaja către komu "
    "címzett kime alıcı προς cc kopie копия 抄送 参照 kopia kopi pentru אל إلى"
) | {"받는 사람", "copie à", "copia a", "reply to"}
SUBJECT = words(
    "subject betreff objet sujet asunto oggetto onderwerp ämne emne temat тема 主题 主旨 "
    "件名 제목 aihe assunto subiect předmět predmet tárgy konu θέμα נושא الموضوع"
)
LABELS = FROM | SENT | TO | SUBJECT

ORIGINAL = (
    "original message", "oprindelig besked", "opprinnelig melding",
    "ursprüngliche nachricht", "originalnachricht", "message d'origine", "message original",
    "mensaje original", "messaggio originale", "oorspronkelijk bericht", "mensagem original",
    "originalmeddelande", "ursprungligt meddelande", "original meddelelse",
    "oprindelig meddelelse", "alkuperäinen viesti", "wiadomość oryginalna",
    "oryginalna wiadomość", "исходное сообщение", "původní zpráva", "eredeti üzenet",
    "orijinal mesaj", "原始邮件", "原始郵件", "元のメッセージ", "원본 메시지",
    "reply message", "original appointment", "antwortmail", "mensagem de resposta",
)  # fmt: skip

FORWARDED = (
    "forwarded message", "weitergeleitete nachricht", "message transféré",
    "mensaje reenviado", "messaggio inoltrato", "doorgestuurd bericht",
    "mensagem encaminhada", "vidarebefordrat meddelande", "videresendt meddelelse",
    "videresendt melding", "välitetty viesti", "przekazana wiadomość",
    "пересылаемое сообщение", "begin forwarded message", "转发的邮件", "転送メッセージ",
    "přeposlaná zpráva",
)  # fmt: skip

DEVICES = (
    "sent from my", "sent from mail for", "sent from outlook", "sent from yahoo",
    "sent from proton", "sent via", "sent with", "sent using", "sent from", "sent by",
    "from my ", "get outlook for", "von meinem", "gesendet von", "gesendet mit",
    "outlook für", "envoyé de mon", "envoyé depuis", "envoyé à partir de",
    "télécharger outlook", "obtenez outlook", "enviado desde mi", "enviado desde",
    "enviado do meu", "enviado a partir", "obtener outlook", "inviato da", "inviato dal mio",
    "scarica outlook", "verzonden vanaf mijn", "verstuurd vanaf mijn", "verzonden met",
    "outlook voor", "skickat från", "skickat frå", "sendt fra min", "sendt fra",
    "lähetetty iphonesta", "lähetetty", "hanki outlook", "wysłane z", "wysłano z",
    "pobierz outlook", "отправлено с", "odesláno z", "elküldve a", "iphone'umdan gönderildi",
    "outlook'u edinin", "发自我的", "從我的", "来自我的", "나의", "내 iphone",
)  # fmt: skip
DEVICE_ENDS = ("から送信", "gönderildi", "dan gönderildi", "에서 보냄", "herunterladen", "で送信")
DEVICE_WORDS = (
    "iphone", "ipad", "android", "mobile", "mobil", "móvil", "blackberry", "samsung",
    "galaxy", "outlook", "windows", "cell", "ipod", "mailbox", "k-9", "smartphone", "handy",
    "tablet", "huawei", "xiaomi", "gmail", "mailbird", "yahoo", "telefon", "téléphone",
    "teléfono", "telefono", "proton", "spark", "airmail", "nine", "apple", "sony", "htc",
    "nokia", "device", "phone", "bq", "portable", "celular", "телефон", "thunderbird",
    "mail for", "postbox", "mac", "gmx", "web.de", "verizon", "at&t", "t-mobile", "wireless",
    "aol", "手机", "手機", "华为",
)  # fmt: skip

ABOVE_THIS_LINE = (
    "type your reply above this line", "reply above this line", "write above this line",
    "please reply above", "antwort oberhalb dieser zeile", "oberhalb dieser zeile",
    "répondre au-dessus de cette ligne", "au-dessus de cette ligne", "encima de esta línea",
    "sopra questa riga", "boven deze regel", "acima desta linha", "ovanför denna rad",
    "over denne linje", "powyżej tej linii", "выше этой линии",
    "reply to this email directly",
)  # fmt: skip

DISCLAIMERS = (
    "confidentiality notice", "confidentiality note", "this e-mail is intended only",
    "this email is intended only", "this e-mail and any attachments",
    "this message is intended", "this email and any files transmitted",
    "this e-mail is confidential", "the information contained in this",
    "diese e-mail enthält vertrauliche", "diese nachricht ist vertraulich",
    "ce message est confidentiel", "ce courriel est confidentiel",
    "este mensaje es confidencial", "este correo electrónico es confidencial",
    "questo messaggio è riservato", "dit bericht is vertrouwelijk",
    "vertraulichkeitshinweis",
)  # fmt: skip
