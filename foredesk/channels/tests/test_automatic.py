"""What a machine wrote is known by its marks; what a person wrote is not taken for a machine's."""

import pytest

from foredesk.channels import accepting, opening
from foredesk.channels.mail import absence, automatic, mime
from foredesk.channels.models import Dispatch, EnvelopeState
from foredesk.channels.tests.letters import raw
from foredesk.plumbing.clock import now
from foredesk.tickets.models import Message


def signs(*fields, author="cleo@customer.example", subject="My tent", is_continuing=False):
    root = mime.split("\r\n".join([*fields, "", "Hello"]).encode())
    return automatic.signs(root, author=author, subject=subject, is_continuing=is_continuing)


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-generated",
        'Auto-Submitted: auto-notified; owner-email="x@y.example"',
        "Auto-Submitted: (by cron) auto-generated",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
        "Precedence: bulk",
        "Precedence: junk",
        "Precedence: List",
        "List-Id: Tents <tents.lists.example>",
        "List-Unsubscribe: <mailto:leave@lists.example>",
        "List-Post: NO",
        "Feedback-ID: 1:campaign:esp",
        "X-Loop: help@shop.example",
        "X-Foredesk-Instance: abcdefgh",
        "X-Failed-Recipients: a@b.example",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=delivery-status",
        "Content-Type: multipart/report; report-type=disposition-notification",
    ],
)
def test_no_machine_of_ours_answers(field):
    assert signs(field) == automatic.Signs(is_automatic=True, is_answer=False)


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: Away",
        "X-AutoReply-From: cleo@customer.example",
        "Precedence: auto_reply",
        "X-POST-MessageClass: 9; Autoresponder",
    ],
)
def test_a_machines_answer_is_known_as_one(field):
    assert signs(field) == automatic.Signs(is_automatic=True, is_answer=True)


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: no",
        "Precedence: first-class",
        "X-Auto-Response-Suppress: None",
        "X-Auto-Response-Suppress: DR, RN",
        "X-Autoreply: no",
        "Return-Path: <cleo@customer.example>",
        "X-Mailer: Outlook",
        "Importance: high",
    ],
)
def test_a_person_is_a_person(field):
    assert signs(field) == automatic.Signs(is_automatic=False, is_answer=False)


@pytest.mark.parametrize(
    "author",
    ["MAILER-DAEMON@mx.example", "mailer-daemon", "noreply@x.example", "no-reply+7@x.example",
     "do_not_reply@x.example", "tents-request@lists.example", "owner-tents@lists.example",
     "postmaster@x.example", "bounces=help=shop.example@esp.example"],
)  # fmt: skip
def test_addresses_that_nobody_reads(author):
    assert signs(author=author).is_automatic


@pytest.mark.parametrize("author", ["nora.reply@x.example", "postmasters.wife@x.example"])
def test_addresses_of_people(author):
    assert not signs(author=author).is_automatic


ABSENT = """Automatic reply: My tent|Out of office: Re: My tent|Out of Office AutoReply: x
Auto: Out of the Office|OOO: My tent|Away: My tent|Away until May 5|I am on vacation
Automatische Antwort: Zelt|Abwesenheitsnotiz: Zelt|Abwesend: Re: Zelt
Réponse automatique : tente|Absence du bureau: x|Respuesta automática: x|Fuera de oficina
Resposta automática: x|Ausência temporária|Risposta automatica: R: x|Fuori ufficio
Automatisch antwoord: x|Afwezigheidsbericht|Automatiskt svar: x|Autosvar: x|Automatisk svar: x
Automaattinen vastaus: x|Odpowiedź|Automatyczna odpowiedź: x|Automatická odpověď: x
Automatikus válasz: x|Răspuns automat: x|Автоматический ответ: x|Автоответ|Otomatik yanıt: x
自動応答: x|自动回复: x|자동 회신: x|不在: x|رد تلقائي: x|תשובה אוטומטית: x
[Auto-Reply] x|Auto Response|Automated reply"""
NO_ABSENCE = ("Auto: Out of the Office", "Odpowiedź")
PRESENT = """Automatic door does not close|Away game tickets|How do I set my out of the box router
Office chair|Re: reply|Vacation home|Abwesenheitszeiten im Kalender|Out of stock
Antwort auf Ihr Schreiben|Absence management module|Automatic replies are sent twice"""


def test_subjects_of_vacation_notices_in_many_languages():
    for subject in ABSENT.replace("\n", "|").split("|"):
        assert absence.is_absence(subject) == (subject not in NO_ABSENCE), subject
    for subject in PRESENT.replace("\n", "|").split("|"):
        assert not absence.is_absence(subject), subject


def test_a_subject_alone_makes_an_answer_only_of_what_continues_something():
    assert signs(subject="Out of office: how?") == automatic.Signs(True, False)
    assert signs(subject="Out of office: how?", is_continuing=True) == automatic.Signs(True, True)


@pytest.mark.django_db
@pytest.mark.usefixtures("blobs")
class TestInTheDesk:
    """The same through the front door, with acknowledgements on."""

    @pytest.fixture(autouse=True)
    def acknowledging(self, mailbox):
        mailbox.acknowledges = True
        mailbox.save()

    def opened(self, mailbox, **fields):
        envelope = accepting.accept(
            raw(**fields), mailbox=mailbox, road="smtp", mail_from="cleo@customer.example", at=now()
        )
        return opening.open_envelope(envelope.pk)

    def test_a_persons_mail_is_acknowledged(self, mailbox):
        envelope = self.opened(mailbox)
        kinds = Message.objects.filter(ticket__isnull=False).values_list("author_kind", flat=True)
        assert envelope.state == EnvelopeState.OPENED
        assert sorted(kinds) == ["customer", "system"]

    @pytest.mark.parametrize(
        "field",
        [{"auto_submitted": "auto-generated"}, {"list_id": "<t.lists.example>"},
         {"from": "MAILER-DAEMON@x.example"}, {"x_foredesk_instance": "other"},
         {"subject": "Automatische Antwort: x"}],
    )  # fmt: skip
    def test_a_machines_mail_is_a_ticket_that_nothing_answers(self, mailbox, field):
        self.opened(mailbox, **field)
        [message] = Message.objects.all()
        assert (message.author_kind, message.ticket.status) == ("customer", "new")

    def test_a_vacation_notice_to_nothing_of_ours_is_set_aside(self, mailbox):
        envelope = self.opened(mailbox, auto_submitted="auto-replied")
        assert envelope.state == EnvelopeState.IGNORED
        assert "machine's answer" in envelope.reason

    def test_our_own_address_gets_nothing(self, mailbox):
        assert self.opened(mailbox, **{"from": mailbox.address}).state == EnvelopeState.IGNORED
        assert not Dispatch.objects.exists()
