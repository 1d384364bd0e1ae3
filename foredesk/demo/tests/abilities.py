"""Play acts through the abilities themselves, as people and mail would."""

from datetime import timedelta

from foredesk.channels import our_addresses
from foredesk.demo.talking import SENDING_TAKES
from foredesk.files.models import Blob
from foredesk.logbook.actors import SYSTEM
from foredesk.tickets import (
    assigning,
    closing,
    delivery,
    drafting,
    merging,
    noting,
    prioritising,
    progressing,
    reading,
    receiving,
    renaming,
    replying,
    snoozing,
    spamming,
    splitting,
    tagging,
)
from foredesk.tickets.arrivals import Address, InboundFile, InboundMessage
from foredesk.tickets.models import Message, Ticket


class Desk:
    """Does to the database what an act says."""

    def __init__(self, cast):
        self.cast, self.threads = cast, {}

    def play(self, acts):
        for act in acts:
            getattr(self, f"_{act.verb}")(act, **act.values)

    def _at(self, act):
        ticket = Ticket.objects.get(pk=self.threads[act.thread])
        while ticket.merged_into_id:
            ticket = ticket.merged_into
        return ticket

    def _by(self, act):
        return {"by": self.cast.agents[act.by] if act.by else SYSTEM, "at": act.at}

    def _receive(self, act, *, author, to, copied=(), files=(), team="", follows="", **fields):
        inbound = InboundMessage(
            channel="email",
            author=Address(author.address, author.name),
            at=act.at,
            to=(Address(to),),
            cc=tuple(Address(one.address, one.name) for one in copied),
            files=tuple(InboundFile(f.sha256, f.size, f.name, f.content_type) for f in files),
            team_id=self.cast.teams[team].pk if team else None,
            brand_id=self.cast.mailboxes[fields["account"]].brand_id,
            language=author.language,
            own_addresses=our_addresses.ours(),
            **fields,
        )
        self.threads[act.thread] = receiving.receive(inbound, at=act.at).ticket_id

    def _reply(self, act, *, html, then, undo_seconds=10, files=()):
        ticket, by = self._at(act), self._by(act)
        draft_id = None
        if files:
            draft = drafting.open_draft(ticket, kind="reply", **by)
            for file in files:
                blob = Blob.objects.get(pk=file.sha256)
                drafting.attach(draft, blob, name=file.name, content_type=file.content_type)
            draft_id = draft.pk
        replying.reply(
            ticket, body_html=html, then=then, undo_seconds=undo_seconds, draft_id=draft_id, **by
        )

    def _deliver(self, act, *, external_id, outcome="sent", note=""):
        message = delivery.claim(self._at(act).pk, at=act.at)
        delivery.stamp(message, external_id=external_id)
        at = act.at + SENDING_TAKES
        if outcome in ("sent", "kept"):
            mark = {"sent": delivery.mark_sent, "kept": delivery.mark_kept}[outcome]
            mark(message, at=at, note=note)
        else:
            mark = {"failed": delivery.mark_failed, "unknown": delivery.mark_unknown}[outcome]
            mark(message, reason=note, at=at)

    def _note(self, act, *, html):
        noting.note(self._at(act), body_html=html, **self._by(act))

    def _assign(self, act, *, to):
        assigning.assign(self._at(act), self.cast.agents[to], **self._by(act))

    def _hand_to(self, act, *, team):
        assigning.hand_to(self._at(act), self.cast.teams[team], **self._by(act))

    def _set_status(self, act, *, status):
        progressing.set_status(self._at(act), status, **self._by(act))

    def _prioritise(self, act, *, priority):
        prioritising.prioritise(self._at(act), priority, **self._by(act))

    def _tag(self, act, *, add=(), remove=()):
        tagging.change_tags(self._at(act), add=list(add), remove=list(remove), **self._by(act))

    def _rename(self, act, *, subject):
        renaming.rename(self._at(act), subject, **self._by(act))

    def _snooze(self, act, *, until):
        snoozing.snooze(self._at(act), until=until, **self._by(act))

    def _wake(self, act, *, reason):
        assert reason == "time"
        snoozing.wake_due(at=act.at + timedelta(0))

    def _spam(self, act):
        spamming.mark_as_spam(self._at(act), **self._by(act))

    def _restore(self, act):
        spamming.restore_from_spam(self._at(act), **self._by(act))

    def _merge(self, act, *, into):
        source = Ticket.objects.get(pk=self.threads[act.thread])
        target = Ticket.objects.get(pk=self.threads[into])
        merging.merge(source, into=target, **self._by(act))

    def _split(self, act, *, into, subject, external_ids):
        chosen = Message.objects.filter(external_id__in=external_ids).values_list("pk", flat=True)
        new = splitting.split(
            self._at(act), message_ids=list(chosen), subject=subject, **self._by(act)
        )
        self.threads[into] = new.pk

    def _close(self, act):
        closing.close(self._at(act), **self._by(act))

    def _see(self, act):
        who = self._by(act)
        assert reading.read(who["by"], self._at(act).pk, seen_until=who["at"])
