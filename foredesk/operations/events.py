"""Facts about running the desk."""

from dataclasses import dataclass
from typing import ClassVar

from foredesk.logbook.facts import Fact


@dataclass(frozen=True)
class JobFact(Fact):
    job_id: int
    task: str
    args: dict

    def topics(self) -> tuple[str, ...]:
        return ("health",)


@dataclass(frozen=True)
class JobRetried(JobFact):
    """A person wanted a failed job to be tried again."""


@dataclass(frozen=True)
class JobForgotten(JobFact):
    """A person gave a failed job up."""


@dataclass(frozen=True)
class DiskFilling(Fact):
    """A disk is nine tenths full (`state` warn) or nearly full (bad); `what` says what is on it."""

    about: ClassVar[str] = ""
    what: str
    percent: int
    state: str

    def topics(self) -> tuple[str, ...]:
        return ("health",)
