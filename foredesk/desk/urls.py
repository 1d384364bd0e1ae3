"""Paths of the agents' screens."""

from django.urls import include, path, register_converter

from foredesk.desk.customers import pages as customers
from foredesk.desk.rules import reasons
from foredesk.desk.tickets import (
    bulk,
    changes,
    creation,
    drafts,
    exports,
    files,
    inbox,
    joining,
    macros,
    originals,
    pictures,
    presences,
    replies,
    thread,
)


class Number:
    """A ticket's number: what PostgreSQL's bigint certainly holds."""

    regex = "[0-9]{1,15}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Number, "number")

urlpatterns = [
    path("", inbox.home, name="home"),
    path("inbox/", inbox.index, name="inbox"),
    path("inbox/list/", inbox.list_pane, name="inbox_list"),
    path("inbox/more/", inbox.more, name="inbox_more"),
    path("inbox/tickets.csv", exports.list_csv, name="inbox_export"),
    path("nav/", inbox.nav, name="nav"),
    path("search/palette", inbox.palette, name="palette"),
    path("tickets/new/", creation.new, name="new_ticket"),
    path("tickets/bulk/", bulk.create, name="bulk"),
    path("tickets/<number:number>/", thread.show, name="ticket"),
    path("tickets/<number:number>/live/", thread.live, name="ticket_live"),
    path("tickets/<number:number>/ticket.json", exports.ticket_json, name="ticket_export"),
    path("tickets/<number:number>/replies/", replies.create, name="replies"),
    path("tickets/<number:number>/scheduled/", replies.scheduled, name="scheduled"),
    path("tickets/<number:number>/draft/", drafts.save, name="draft_save"),
    path("tickets/<number:number>/draft/state/", drafts.state, name="draft_state"),
    path("tickets/<number:number>/draft/discard/", drafts.discard, name="draft_discard"),
    path("tickets/<number:number>/draft/files/", drafts.attach, name="draft_files"),
    path("tickets/<number:number>/presence/", presences.create, name="presence"),
    path("tickets/<number:number>/status/", changes.status, name="status"),
    path("tickets/<number:number>/assignment/", changes.assignment, name="assignment"),
    path("tickets/<number:number>/team/", changes.team, name="team"),
    path("tickets/<number:number>/brand/", changes.brand, name="brand"),
    path("tickets/<number:number>/priority/", changes.priority, name="priority"),
    path("tickets/<number:number>/tags/", changes.tags, name="tags"),
    path("tickets/<number:number>/subject/", changes.subject, name="subject"),
    path("tickets/<number:number>/snooze/", changes.snooze, name="snooze"),
    path("tickets/<number:number>/spam/", changes.spam, name="spam"),
    path("tickets/<number:number>/unread/", changes.unread, name="unread"),
    path("tickets/<number:number>/macros/", macros.index, name="ticket_macros"),
    path("tickets/<number:number>/macros/<number:pk>/", macros.apply, name="apply_macro"),
    path("tickets/<number:number>/why/<number:entry>/", reasons.of_entry, name="why"),
    path("tickets/<number:number>/merge/", joining.merge, name="merge"),
    path("tickets/<number:number>/split/", joining.split, name="split"),
    path("messages/<slug:public_id>/whole/", thread.whole_message, name="whole_message"),
    path("messages/<slug:public_id>/frame/", files.frame, name="frame"),
    path("messages/<slug:public_id>/original/", originals.show, name="original"),
    path("messages/<slug:public_id>/pictures/<number:number>/", pictures.show, name="picture"),
    path("messages/<slug:public_id>/withdraw/", replies.withdraw, name="withdraw"),
    path("messages/<slug:public_id>/invitation/", replies.answer_invitation, name="meeting"),
    path("messages/<slug:public_id>/again/", replies.send_again, name="send_again"),
    path("files/<slug:public_id>/", files.show, name="file"),
    path("files/<slug:public_id>/small/", files.picture, {"size": "small"}, name="file_small"),
    path("files/<slug:public_id>/large/", files.picture, {"size": "large"}, name="file_large"),
    path("files/<slug:public_id>/detach/", drafts.detach, name="detach"),
    path("customers/", customers.index, name="customers"),
    path("customers/<slug:public_id>/", customers.show, name="customer"),
    path("customers/<slug:public_id>/describe/", customers.describe, name="describe"),
    path("", include("foredesk.desk.routing.urls")),
    path("", include("foredesk.desk.notices.urls")),
    path("", include("foredesk.desk.account.urls")),
    path("settings/", include("foredesk.desk.settings.urls")),
    path("settings/promises/", include("foredesk.desk.promises.urls")),
    path("settings/routing/", include("foredesk.desk.routing.settings_urls")),
    path("settings/", include("foredesk.desk.rules.urls")),
    path("", include("foredesk.desk.surveys.urls")),
    path("setup/", include("foredesk.desk.setup.urls")),
    path("insights/", include("foredesk.desk.insights.urls")),
    path("mail/", include("foredesk.desk.mail.urls")),
    path("health/", include("foredesk.desk.health.urls")),
]
