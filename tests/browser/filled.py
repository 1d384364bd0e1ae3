"""A desk with a little of everything, for those who look at its pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from foredesk.plumbing.postgres import embedded
from tests.peers.desk import PASSWORD, Desk

SECRET = "JBSWY3DPEHPK3PXP"
PEOPLE = (("Ada", "admin"), ("Ben", "agent"), ("Tove", "agent"), ("Lia", "light"))

CODE = """
import io, json
from datetime import timedelta
from zoneinfo import ZoneInfo
from PIL import Image
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from foredesk.analytics import agreeing, counting, mailing, recounting, weeks
from foredesk.analytics import noting as minutes
from foredesk.analytics import arranging as boards
from foredesk.automations import triggering, writing_rules, writing_texts
from foredesk.automations.tests.cases import active, automation, leaf, macro, template, trigger
from foredesk.channels import accepting, mailboxes
from foredesk.files import storing
from foredesk.channels.models import Envelope
from foredesk.logbook.actors import SYSTEM
from foredesk.logbook.facts import fact_from
from foredesk.logbook.models import Entry
from foredesk.people import branding, inviting, teaming
from foredesk.plumbing.clock import now
from foredesk.routing import arranging
from foredesk.sla import escalating, keeping_hours, promising
from foredesk.surveys import answering, links
from foredesk.surveys.tests.cases import about
from foredesk.tickets import (assigning, closing, drafting, merging, noting, prioritising, replying,
    snoozing, spamming, tagging)
from foredesk.tickets.models import Delivery, Message
from foredesk.tickets.tests.cases import afresh, arrive, inbound_file, ticket_of

at = now()
drawn = io.BytesIO()
Image.new("RGB", (640, 480), "orange").save(drawn, "PNG")
picture = drawn.getvalue()
agents = {name: inviting.add_agent(email=f"{name.lower()}@shop.example", name=name, role=role,
    by=SYSTEM, at=at, password="PASSWORD") for name, role in PEOPLE}
ada, ben = agents["Ada"], agents["Ben"]
box = mailboxes.add(by=ada, at=at, name="Help", address="help@shop.example")
team = teaming.add(name="Orders and delivery", icon="truck", by=ada, at=at)
brand = branding.add(name="Summer camps of the shop", short_name="Camps", by=ada, at=at)
mailboxes.add(address="camps@shop.example", brand=brand.pk, by=ada, at=at)

plain = ticket_of(brand_id=brand.pk,
    subject="Where is my parcel with the twelve tents for the summer camp at Lom?",
    name="Maximiliane Freifrau von Hohenzollern-Sigmaringen", author="maximiliane@customer.example",
    text="It was due on Monday.", whole_text="It was due on Monday.\\n\\n> Your order left us.",
    files=(inbound_file(picture, "a very long name of a photo of the parcel on the doorstep.png",
        content_type="image/png"), inbound_file(b"%PDF-1.7", "invoice.pdf")))
assigning.assign(plain, to=ada, by=ben, at=at)
prioritising.prioritise(plain, 4, by=ben, at=at)
tagging.change_tags(plain, add=["delivery", "summer-camp"], by=ben, at=at)
noting.note(plain, by=ben, at=at, body_html="<p>The carrier says <b>tomorrow</b>.</p>")
replying.reply(plain, by=ada, at=at, body_html="<p>It comes tomorrow.</p><ul><li>By noon</li></ul>",
    then="open")
drafting.save(plain, kind="reply", by=ada, at=at, body_html="<p>One more thing</p>")

rich = ticket_of(subject="A rich mail", name="Rita", author="rita@customer.example", is_rich=True,
    text="Our order", html='<h1>Our order</h1><table><tr><td bgcolor="#ffe0a0">24 tents</td></tr>'
    '</table><p>See <a href="https://shop.example/">the list</a>.</p>'
    '<img remote-src="https://pictures.example/a.png" alt="" width="200" height="80">')

failed = ticket_of(subject="A wrong address", name="Fay", author="fay@customer.example")
message = replying.reply(failed, by=ben, at=at, body_html="<p>Hello Fay.</p>", then="pending")
Message.objects.filter(pk=message.pk).update(delivery=Delivery.FAILED,
    delivery_note="mail.customer.example does not know this address.")

closed = ticket_of(subject="Over", name="Cleo", author="cleo@customer.example")
closing.close(closed, by=ada, at=at)
merged = ticket_of(subject="The same again", author="maximiliane@customer.example")
merging.merge(merged, into=plain, by=ada, at=at, is_across=True)
spam = ticket_of(subject="Cheap watches", name="Sales", author="sales@spam.example")
spamming.mark_as_spam(spam, by=ada, at=at)
snoozed = ticket_of(subject="Later", name="Lou", author="lou@customer.example")
snoozing.snooze(snoozed, until=at + timedelta(days=2), by=ada, at=at)
for n in range(60):
    ticket_of(subject=f"Question {n}", name=f"Customer {n}", author=f"customer{n}@customer.example")

thanks = template("Thanks for your patience", de={"text": "Hallo {{ customer.first_name }}"})
steps = [{"do": "team", "to": str(team.pk)}, {"do": "reply", "template": str(thanks.pk)},
    {"do": "note", "text": "Look at {{ ticket.number }} before noon, the carrier waits."},
    {"do": "webhook", "url": "https://erp.example/hooks/tickets-of-the-summer-camp"}]
either = {"any": [leaf("subject", "contains", ["parcel", "delivery"]), leaf("tags", "set")]}
rule = active(trigger("Parcels of the summer camp to Orders and delivery", steps=steps, stops=True,
    conditions=[either, leaf("priority", "any_of", ["3", "4"]), {"none": [leaf("team", "set")]}]))
other = active(trigger("Urgent parcels", steps=[{"do": "team", "to": "none"}]))
quiet = writing_rules.add(automation(), by=SYSTEM, at=at)
prioritising.prioritise(snoozed, 3, by=ada, at=at)
tagging.change_tags(snoozed, add=["camp"], by=ada, at=at)
heard = Entry.objects.get(kind="tickets.MessageReceived", about_id=snoozed.pk)
triggering.consider(fact_from(heard.kind, heard.data), entry=heard, at=at)
did = Entry.objects.get(kind="tickets.TeamChanged", about_id=snoozed.pk, actor_id=rule.pk)
refund = macro(ada, steps=steps[:1] + steps[2:3], then="solved")
after = writing_texts.save_sequence(None, {"name": "After a repair", "steps": [
    {"do": "mail", "hours": 24, "template": thanks.pk},
    {"do": "call", "hours": 72, "text": "Call, and ask."}]}, by=SYSTEM, at=at)
day = keeping_hours.add(name="Day", time_zone="Europe/Oslo", country="NO",
    week=[[("08:00", "12:00"), ("12:30", "18:00")]] * 5 + [[], []], by=SYSTEM, at=at)
needs = {"all": [{"field": "language", "is": "any_of", "value": ["de"]},
    {"field": "priority", "is": "any_of", "value": ["3", "4"]}]}
promise = promising.promise(name="Everyone", conditions=needs, schedule=day, pauses=["pending"],
    targets={"first_reply": {"2": "4h", "4": "30m"}, "full_resolution": {"2": "2d"}},
    by=SYSTEM, at=at)
escalating.set_steps([escalating.Step(333, ("assignee",)),
    escalating.Step(0, ("leads", f"agent-{ben.pk}"), "free")], by=SYSTEM, at=at)
skill = arranging.set_skill(None, name="German", needs=needs, agents=[ben], by=SYSTEM, at=at)
tier = arranging.set_tier(None, name="Gold", rank=1, needs=needs, by=SYSTEM, at=at)
invited = inviting.add_agent(email="ida@shop.example", name="Ida", role="agent", by=ada, at=at)
TOTP.activate(agents["Tove"], "SECRET")
RecoveryCodes.activate(agents["Tove"])
week = weeks.last_complete(now=at, zone=ZoneInfo("UTC"))
begin = week.period(now=at, zone=ZoneInfo("UTC")).since
solved = []
for n in range(24):
    asked = begin + timedelta(hours=6 * n)
    done = ticket_of(subject=f"Last week {n}", author=f"last{n}@customer.example", at=asked)
    replying.reply(done, by=ben, at=asked + timedelta(hours=1 + n % 5), body_html="<p>Here.</p>",
        then="solved")
    solved.append(afresh(done))
asked_about, rated = about(solved[0]), about(solved[1])
answering.answer(rated, score=2, reasons=["Took too long"], comment="Nine days for a tent.",
    may_call=True, at=at)
counting.go_on(seconds=10)
recounting.go_on(seconds=30)
counting.go_on(seconds=10)
board = boards.make(name="Camps", cards=[{"kind": "tile", "measure": "first_reply"},
    {"kind": "table", "measure": "first_reply", "by": "team"}], by=ada, at=at)
agreeing.agree(week.moved(-1), "Ring three customers of the summer camp about their tents",
    agent=ben, due=week.monday, measure="first_reply", by=ada, at=at)
agreeing.agree(week, "A second person at noon", by=ada, at=at)
minutes.note(week.moved(-1), "The carrier is asked for real times.", by=ada, at=at)
mailing.set_mail(is_on=False, weekday=0, hour=8, agents=[ben], addresses=["boss@owner.example"],
    by=ada, at=at)
mailing.note_failure("boss@owner.example", "no such mailbox (5.1.1)", at=at)
blob = storing.keep(b"not a mail at all")
unreadable = Envelope.objects.create(kind="email", road="smtp", fingerprint="unreadable", blob=blob,
    mail_from="who@customer.example", rcpt_to=["help@shop.example"], received_at=at,
    state="unreadable", reason="It has no header that names who wrote it.", attempts=1)
print(json.dumps({
    "survey": links.token_of(asked_about), "another": links.token_of(about(solved[2])),
    "rated": solved[1].pk, "answered": links.token_of(rated),
    "plain": plain.pk, "rich": rich.pk, "failed": failed.pk, "closed": closed.pk,
    "merged": merged.pk, "spam": spam.pk, "snoozed": snoozed.pk,
    "customer": plain.requester.public_id,
    "ben": ben.pk, "team": team.pk, "brand": brand.pk, "mailbox": box.pk, "sent": message.pk,
    "invitation": inviting.invite(invited, at=at),
    "reset": f"{user_pk_to_url_str(ben)}-{default_token_generator.make_token(ben)}",
    "unreadable": unreadable.pk, "rule": rule.pk, "quiet": quiet.pk, "did": did.pk,
    "run": rule.runs.get().pk, "macro": refund.pk, "template": thanks.pk, "followup": after.pk,
    "board": board.key, "hours": day.pk, "promise": promise.pk, "skill": skill.pk, "tier": tier.pk,
}))
"""


@dataclass(frozen=True)
class Filled:
    """A running desk, and where in it what can be found."""

    desk: Desk
    found: dict

    @property
    def url(self) -> str:
        return self.desk.url

    def code(self) -> str:
        """Tove's code of this half minute."""
        counter = next(yield_hotp_counters_from_time())
        return format_hotp_value(hotp_value(SECRET, counter))

    @contextmanager
    def as_it_was(self, *tables: str) -> Iterator[None]:
        """For those who write all the same: afterwards these tables hold what they held before."""
        with psycopg.connect(embedded.dsn(self.desk.data_dir), autocommit=True) as own:
            for table in tables:
                own.execute(f"create temp table kept_{table} as table {table}".encode())
            yield
            with own.transaction():
                for table in tables:
                    own.execute(f"delete from {table}".encode())
                    own.execute(f"insert into {table} table kept_{table}".encode())


def fill(desk: Desk) -> Filled:
    """People who sign in with PASSWORD, and a ticket in every state. The desk must be running."""
    code = CODE.replace("SECRET", SECRET).replace("PASSWORD", PASSWORD)
    return Filled(desk, desk.run(code.replace("PEOPLE", repr(PEOPLE))))
