"""How to sign in to what is there."""

from foredesk.demo.company import MAIN_EMAIL, PASSWORD
from foredesk.people.models import Agent


def hint() -> str:
    """A line for whoever started the desk; the demo's password only while it still works."""
    demo = Agent.objects.filter(email=MAIN_EMAIL, is_demo=True, is_active=True).first()
    if demo is not None and demo.check_password(PASSWORD):
        return f"Demo workspace. Sign in as {MAIN_EMAIL} with the password {PASSWORD}"
    return "Sign in with your address and password."
