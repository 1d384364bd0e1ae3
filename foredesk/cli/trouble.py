"""What a command raises when it can't do what it was asked."""


class Trouble(Exception):
    """Its text is a sentence for the person at the keyboard."""
