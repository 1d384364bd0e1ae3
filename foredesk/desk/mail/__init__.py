"""Screens about mail itself: what went out, what could not be read."""
