"""What the abilities of this room raise when they refuse."""


class Refused(Exception):
    """The change can't be made; the message says why and what to do."""
