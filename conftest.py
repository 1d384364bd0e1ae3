"""Tests run on the embedded PostgreSQL, tuned for speed, in a data folder of their own."""

import os

from checks.scratch import HOME

for name in [name for name in os.environ if name.startswith("FOREDESK_")]:
    del os.environ[name]
os.environ["FOREDESK_DATA_DIR"] = str(HOME)
os.environ["FOREDESK_ALLOW_PRIVATE_HOSTS"] = "127.0.0.1"
os.environ["FOREDESK_DNS"] = "off"
os.environ["DJANGO_SETTINGS_MODULE"] = "foredesk.config.settings"
os.environ.pop("DATABASE_URL", None)

from foredesk.plumbing.postgres import embedded  # noqa: E402  (reads the environment above)

embedded.attach(HOME, for_tests=True)

import django  # noqa: E402

django.setup()

import pytest  # noqa: E402
from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: E402

# The same algorithm at the least effort: guessing a test's password need not be hard.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 8
Argon2PasswordHasher.parallelism = 1


@pytest.fixture(autouse=True)
def fresh_directory():
    """What a process keeps in memory belongs to one test's database."""
    from foredesk.automations import rulebook
    from foredesk.channels import lessons, our_addresses
    from foredesk.people import directory

    directory.forget()
    rulebook.forget()
    our_addresses.forget()
    lessons.forget()
