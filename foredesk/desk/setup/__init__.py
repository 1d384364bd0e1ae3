"""The first minutes of an empty desk: who leads it, what it is called, how mail reaches it."""
