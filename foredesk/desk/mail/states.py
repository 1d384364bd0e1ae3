"""How the states of outgoing mail look: tone, icon and words."""

from django.utils.translation import gettext_lazy

STATES = {
    "trying": ("accent", "clock", gettext_lazy("On its way")),
    "kept": ("", "archive", gettext_lazy("Kept here")),
    "sent": ("ok", "check", gettext_lazy("Sent")),
    "failed": ("bad", "x-circle", gettext_lazy("Not delivered")),
    "unknown": ("warn", "alert", gettext_lazy("May have been sent")),
}
PURPOSES = {
    "reply": gettext_lazy("Answer"),
    "automatic": gettext_lazy("Automatic"),
    "account": gettext_lazy("Account"),
    "test": gettext_lazy("Test"),
    "notification": gettext_lazy("Notification"),
    "survey": gettext_lazy("Survey"),
}
