"""Step 2: what the desk is called, and its time zone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from foredesk.desk.settings.workspace import WorkspaceForm
from foredesk.desk.setup import steps
from foredesk.people import queries as people
from foredesk.people import setting_up
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now


class ShortForm(WorkspaceForm):
    """Without what can wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("close_after_days", "copies_join"):
            del self.fields[name]


@require_http_methods(["GET", "POST"])
@steps.in_setup
def show(request: HttpRequest) -> HttpResponse:
    """The form; a POST saves it and goes on."""
    row = people.workspace_now()
    initial = {"language": row.language, "time_zone": row.time_zone}
    if row.set_up_at:
        initial["name"] = row.name
    form = ShortForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {"language": row.language} | form.cleaned_data
        try:
            setting_up.change_workspace(**values, by=request.user, at=now())  # type: ignore[arg-type]
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return redirect("setup_mailbox")
    context = {"form": form, "steps": steps.steps(2), "is_new": row.set_up_at is None}
    status = 422 if form.is_bound else 200
    return render(request, "desk/setup/workspace.html", context, status=status)
