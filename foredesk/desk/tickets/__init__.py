"""Screens of the work: the inbox, a ticket's thread, and everything that an agent does to it."""
