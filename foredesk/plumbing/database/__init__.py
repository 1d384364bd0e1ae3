"""Django's PostgreSQL backend, cheaper per page: settings.DATABASES names it as the engine."""
