"""Django's PostgreSQL backend, cheaper per page: settings.DATABASES names it as the engine."""

GIVING_UP = 5.0
"""Seconds after which a pool gives up to connect; whoever asks it next begins anew.

Until then it waits twice as long after each try: a pool that tries for minutes, as it does by
itself, comes back as many minutes after the database.
"""
