"""What the desk does by itself, by the clock. One job of each kind waits at most."""

import logging
from collections.abc import Callable
from typing import Any

from procrastinate import JobContext

from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import app

log = logging.getLogger(__name__)


def every(cron: str, name: str, *, priority: int = 0) -> Callable[[Callable[..., Any]], Any]:
    """Run the decorated task by `cron` (five fields, and seconds as a sixth)."""

    def bind(function: Callable[..., Any]) -> Any:
        task = app.task(name=name, queueing_lock=name, priority=priority, pass_context=True)
        return app.periodic(cron=cron)(task(function))

    return bind


@every("* * * * * */15", "operations.rescue", priority=10)
def rescue(context: JobContext, timestamp: int) -> None:
    """Run jobs again whose worker died."""
    from foredesk.operations import rescuing

    again, lost = rescuing.rescue(own_worker_id=context.job.worker_id)
    if again or lost:
        log.warning("%s jobs of a dead worker run again, %s were given up", again, lost)


@every("* * * * *", "operations.wake_snoozed")
def wake_snoozed(context: JobContext, timestamp: int) -> None:
    """Bring back tickets whose snooze is over."""
    from foredesk.tickets import snoozing

    snoozing.wake_due(at=now())


@every("* * * * * */30", "operations.renew_consents")
def renew_consents(context: JobContext, timestamp: int) -> None:
    """Renew sign-ins at Google and Microsoft long before they end."""
    from foredesk.channels import consenting

    consenting.renew_due(at=now())


@every("17 5 * * *", "operations.check_domains", priority=-10)
def check_domains(context: JobContext, timestamp: int) -> None:
    """See what the DNS says about the domains that mail leaves from."""
    from foredesk.channels import sender_domain

    sender_domain.check_all(at=now())


@every("* * * * * */20", "operations.send_scheduled")
def send_scheduled(context: JobContext, timestamp: int) -> None:
    """Write the replies whose time has come."""
    from foredesk.tickets import scheduling

    scheduling.send_due(at=now())


@every("* * * * * */10", "operations.give_out")
def give_out(context: JobContext, timestamp: int) -> None:
    """Notice who went away, put back what waits for them, give out what waits for anybody."""
    from foredesk.routing import being_here, distributing

    at = now()
    being_here.notice_absence(at=at)
    distributing.give_back(at=at)
    distributing.distribute(at=at)


@every("* * * * * */10", "operations.watch_promises")
def watch_promises(context: JobContext, timestamp: int) -> None:
    """Notice promises that are at risk or late."""
    from foredesk.sla import alarming

    alarming.alarm_due(at=now())


@every("* * * * * */5", "operations.recalculate_promises", priority=-5)
def recalculate_promises(context: JobContext, timestamp: int) -> None:
    """Go on with bringing open tickets under changed promises, for half a minute at most."""
    from foredesk.sla import recalculating

    recalculating.go_on(seconds=30)


@every("* * * * * */5", "operations.count", priority=-5)
def count(context: JobContext, timestamp: int) -> None:
    """Count what happened, for half a minute at most."""
    from foredesk.analytics import counting, recounting

    counting.go_on(seconds=15)
    recounting.go_on(seconds=15)


@every("* * * * *", "operations.send_review", priority=-5)
def send_review(context: JobContext, timestamp: int) -> None:
    """Mail the weekly review when its time has come."""
    from foredesk.analytics import mailing

    mailing.send_due(at=now())


@every("* * * * * */30", "operations.sweep_presence")
def sweep_presence(context: JobContext, timestamp: int) -> None:
    """Forget readers who left without a word; what they worked until then counts."""
    from foredesk.realtime import presence
    from foredesk.tickets import working_on

    presence.sweep(at=now())
    working_on.end_silent(at=now())


@every("* * * * *", "operations.catch_up")
def catch_up(context: JobContext, timestamp: int) -> None:
    """Open mail and send replies that no job is going to."""
    from foredesk.operations import catching_up

    catching_up.catch_up(at=now())


@every("* * * * *", "operations.watch_disks")
def watch_disks(context: JobContext, timestamp: int) -> None:
    """Tell the admins of a disk that fills."""
    from foredesk.operations import watching_disks

    watching_disks.watch(at=now())


@every("* * * * *", "operations.check_files", priority=-5)
def check_files(context: JobContext, timestamp: int) -> None:
    """Have files looked at that the virus scanner could not look at before."""
    from foredesk.files import scanning

    scanning.check_waiting(at=now())


@every("23 * * * *", "operations.close_solved", priority=-10)
def close_solved(context: JobContext, timestamp: int) -> None:
    """Warn of the closing of solved tickets, and close those that were solved long ago."""
    from foredesk.automations import warning
    from foredesk.operations import closing_solved

    warning.warn_of_closing(at=now())
    closing_solved.close_solved(at=now())


@every("29 4 * * *", "operations.keep_holidays", priority=-10)
def keep_holidays(context: JobContext, timestamp: int) -> None:
    """Write down the public holidays of years that came into sight."""
    from foredesk.sla import holidays_of

    holidays_of.keep_all(at=now())


@every("* * * * *", "operations.act_on_time")
def act_on_time(context: JobContext, timestamp: int) -> None:
    """Let the rules that wait for time act, and do the follow-ups that are due."""
    from foredesk.automations import automating, following_up

    automating.act_on_time(at=now())
    following_up.do_due(at=now())


@every("* * * * * */20", "operations.ask_customers", priority=-5)
def ask_customers(context: JobContext, timestamp: int) -> None:
    """Ask customers how it was, where the time has come."""
    from foredesk.surveys import asking

    asking.ask_due(at=now())


@every("47 3 * * *", "operations.tidy", priority=-10)
def tidy(context: JobContext, timestamp: int) -> None:
    """Remove ended sessions, old caches and dead links."""
    from foredesk.operations import tidying

    tidying.tidy(at=now())
