"""Facts about files."""

from dataclasses import dataclass

from foredesk.logbook.facts import Fact


@dataclass(frozen=True)
class FileHeldBack(Fact):
    """The virus scanner found `signature` in the bytes with this hash; nobody can open them.

    `topic` is whose screens show the file.
    """

    sha256: str
    signature: str
    topic: str = ""

    def topics(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.topic, "health")))
