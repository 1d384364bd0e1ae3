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

import psycopg  # noqa: E402
import pytest  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402

from tests.peers import databases  # noqa: E402

# The same algorithm at the least effort: guessing a test's password need not be hard.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 8
Argon2PasswordHasher.parallelism = 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What is made once for many tests is made in one worker: they go there together."""
    for item in items:
        if item.get_closest_marker("alone"):
            group = "alone"
        elif "mailserver" in item.fixturenames:
            group = "mailserver"
        elif _has_fixtures_of_its_file(item):
            group = item.location[0]
        else:
            continue
        item.add_marker(pytest.mark.xdist_group(group))


def _has_fixtures_of_its_file(item):
    found = getattr(item, "_fixtureinfo", None)
    used = found.name2fixturedefs.values() if found else ()
    return any(one.scope == "module" for definitions in used for one in definitions)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A copy of the migrated database, instead of all migrations for every worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with databases.copied(worker) as name, django_db_blocker.unblock():
        connection.close_pool()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        yield
        connection.close()
        connection.close_pool()


def _sweep(case):
    """Instead of Django's flush, which makes every table anew and costs half a second a test."""
    connection.close()  # a broken one, or one in another state, is not to be used
    with psycopg.connect(
        embedded.dsn(HOME, connection.settings_dict["NAME"]), autocommit=True
    ) as own:
        databases.sweep(own)


TransactionTestCase._fixture_teardown = _sweep


@pytest.fixture(autouse=True)
def fresh_directory():
    """What a process keeps in memory belongs to one test's database."""
    from foredesk.logbook import freshness

    freshness.forget_all()
