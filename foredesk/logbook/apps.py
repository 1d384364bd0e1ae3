from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LogbookConfig(AppConfig):
    name = "foredesk.logbook"

    def ready(self) -> None:
        autodiscover_modules("events", "listeners")
