"""What others may ask about the demo."""

from django.core.cache import cache

from foredesk.people.models import Agent, Workspace


def is_loaded() -> bool:
    """Whether the demo workspace is in this desk."""
    return (
        Agent.objects.filter(is_demo=True).exists()
        or Workspace.objects.filter(demo_loaded_at__isnull=False).exists()
    )


def refusal() -> str:
    """Why the demo was not loaded when somebody last asked for it; "" when it was."""
    return str(cache.get("demo.refused", ""))
