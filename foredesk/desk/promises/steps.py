"""Before a promise breaks: whom to tell, and when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from foredesk.desk.settings import admins_only
from foredesk.people import queries as people
from foredesk.people.refusing import Refused
from foredesk.plumbing import numbers
from foredesk.plumbing.clock import now
from foredesk.sla import escalating
from foredesk.sla.escalating import Step

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
            steps = [*steps, Step(free[0] if free else 0, tell_assignee=True)]
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
        told = post.getlist(f"tell-{index}")
        agents = [numbers.whole(one.removeprefix("agent-")) for one in told if "agent-" in one]
        steps.append(
            Step(
                int(post.get(f"left-{index}", "1")) if len(left) < 6 else 1,
                tell_assignee="assignee" in told,
                tell_team="team" in told,
                tell_leads="leads" in told,
                agents=tuple(pk for pk in agents if pk is not None),
            )
        )
    return steps


def shown(steps: list[Step]) -> dict[str, Any]:
    """Everything that the template needs."""
    names = people.assignable_agents()
    rows = [
        {
            "index": index,
            "left": str(step.left),
            "is_late": step.left <= 0,
            "told": [
                *(["assignee"] if step.tell_assignee else []),
                *(["team"] if step.tell_team else []),
                *(["leads"] if step.tell_leads else []),
            ],
            "agents": [f"agent-{pk}" for pk in step.agents],
            "names": [dict(names).get(pk, _("somebody who left")) for pk in step.agents],
        }
        for index, step in enumerate(steps)
    ]
    return {
        "rows": rows,
        "lefts": LEFT,
        "people": [(f"agent-{pk}", name) for pk, name in names],
        "can_add": len(rows) < escalating.MOST,
        "error": "",
    }
