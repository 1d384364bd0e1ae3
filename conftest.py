"""Tests run on the embedded PostgreSQL, tuned for speed, in a data folder of their own."""

import gc
import os
from functools import cache

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


DEAR = ("mailserver", "filled_desk")
"""What is made once for several files."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What is made once for many tests is made in one worker: they go there together."""
    for item in items:
        _must_be_spelled(item)
        if item.get_closest_marker("alone"):
            group = "alone"
        elif dear := [name for name in DEAR if name in item.fixturenames]:
            group = dear[0]
        elif _has_fixtures_of_its_file(item):
            group = item.location[0]
        else:
            continue
        item.add_marker(pytest.mark.xdist_group(group))


SPELLED = ("journey", "browser", "fault", "alone")


def _must_be_spelled(item):
    """`make test` finds the tests of a mark by the files that name it."""
    for mark in SPELLED:
        if item.get_closest_marker(mark) and f"mark.{mark}" not in _text(item.path):
            raise pytest.UsageError(
                f"{item.nodeid} is marked {mark}, and its file does not say so."
            )


@cache
def _text(path):
    return path.read_text()


def pytest_collection_finish(session):
    """Let the collector look at what tests make alone: what was imported stays anyway."""
    if hasattr(session.config, "workerinput"):
        _must_be_grouped(session)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _must_be_grouped(session):
    """xdist groups by the end of a test's id, and says nothing when it can't."""
    if session.config.getvalue("loadgroup"):
        for item in session.items:
            if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
                raise pytest.UsageError("This pytest and this pytest-xdist group no tests.")


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


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of a worker: there can be one Playwright in a process.

    It runs a loop that is not ours: the tests' own queries are made outside of it.
    """
    from tests.peers.browser import Chromium

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with Chromium() as browser:
        yield browser
