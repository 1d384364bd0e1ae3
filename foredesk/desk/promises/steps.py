"""Before a promise breaks: whom to tell, who gets the ticket, and when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from foredesk.desk.settings import admins_only
from foredesk.people.refusing import Refused
from foredesk.plumbing.clock import now
from foredesk.sla import escalating
from foredesk.sla.escalating import Step
from foredesk.tickets import addressees

LEFT = (
    ("500", gettext_lazy("half is left")),
    ("333", gettext_lazy("a third is left")),
    ("250", gettext_lazy("a quarter is left")),
    ("100", gettext_lazy("a tenth is left")),
    ("0", gettext_lazy("it is late")),
    ("-250", gettext_lazy("it is late by a quarter")),
    ("-500", gettext_lazy("it is late by half")),
    ("-1000", gettext_lazy("it took twice as long")),
)


@require_POST
@admins_only
def save(request: HttpRequest) -> HttpResponse:
    """Save the steps; a button inside the form draws it anew instead."""
    steps = asked(request.POST)
    press = request.POST.get("press", "")
    if press:
        if press == "step-add":
            used = {step.left for step in steps}
            free = [int(key) for key, _label in LEFT if int(key) not in used]
            steps = [*steps, Step(free[0] if free else 0, ("assignee",))]
        elif press.startswith("step-drop-"):
            gone = press.removeprefix("step-drop-")
            steps = [step for index, step in enumerate(steps) if str(index) != gone]
        return render(request, "desk/promises/_steps.html", {"steps": shown(steps)})
    try:
        escalating.set_steps(steps, by=request.user, at=now())  # type: ignore[arg-type]
    except Refused as why:
        if request.headers.get("HX-Request"):
            context = {"steps": shown(steps) | {"error": str(why)}}
            return render(request, "desk/promises/_steps.html", context, status=422)
        messages.error(request, str(why))
        return redirect("promises")
    messages.success(request, _("Saved."))
    return redirect("promises")


def asked(post: QueryDict) -> list[Step]:
    """The steps that were sent."""
    steps = []
    for index in range(escalating.MOST + 1):
        left = post.get(f"left-{index}", "").removeprefix("-")
        if not left.isdecimal():
            continue
        steps.append(
            Step(
                int(post.get(f"left-{index}", "1")) if len(left) < 6 else 1,
                tuple(dict.fromkeys(post.getlist(f"tell-{index}"))),
                post.get(f"move-{index}", ""),
            )
        )
    return steps


def shown(steps: list[Step]) -> dict[str, Any]:
    """Everything that the template needs."""
    names = dict(addressees.places())
    places = [("", _("nobody else")), *escalating.destinations()]
    rows = [
        {
            "index": index,
            "left": str(step.left),
            "is_late": step.left <= 0,
            "told": step.tell,
            "names": [names[key] for key in step.tell if key in names],
            "move_to": step.move_to,
            "is_gone": step.move_to not in dict(places),
        }
        for index, step in enumerate(steps)
    ]
    return {
        "rows": rows,
        "lefts": LEFT,
        "people": list(names.items()),
        "places": places,
        "can_add": len(rows) < escalating.MOST,
        "error": "",
    }
