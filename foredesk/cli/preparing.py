"""What must be right before roles start: tables, static files, and the demo where it is wanted.

Runs in a fork of the supervisor, which itself never opens a connection.
"""

from __future__ import annotations

import hashlib
import json
import os
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path

from foredesk.cli.trouble import Trouble
from foredesk.plumbing.clock import now
from foredesk.plumbing.env import Env


def in_fork(work: Callable[[], str]) -> str:
    """What `work` returned, from a process of its own. Raises Trouble with its sentence."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 1
        try:
            answer = json.dumps({"said": work()})
            code = 0
        except KeyboardInterrupt:
            answer = json.dumps({"trouble": "Interrupted."})
        except BaseException as trouble:
            import traceback

            if not isinstance(trouble, Trouble):
                traceback.print_exc()
            answer = json.dumps({"trouble": str(trouble) or repr(trouble)})
        with os.fdopen(writing, "w") as pipe:
            pipe.write(answer)
        sys.stdout.flush()
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    answered = json.loads(text) if text else {"trouble": "The preparation was killed."}
    if "trouble" in answered:
        raise Trouble(answered["trouble"])
    return answered["said"]


def prepare(env: Env) -> str:
    """Migrate, collect static files, load the demo if asked; returns how to sign in."""
    migrate(quiet=False)
    collect_static(env)
    return _sign_in(env)


def known_migrations() -> set[str]:
    """Every migration on disk as app.name; reads file names alone, imports none."""
    from django.apps import apps

    return {
        f"{app.label}.{module.name}"
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
        if module.name[0] not in "_~"
    }


def is_migrated() -> bool:
    """Whether every migration on disk was applied."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        return False
    done = {f"{app}.{name}" for app, name in recorder.migration_qs.values_list("app", "name")}
    return known_migrations() <= done


def migrate(*, quiet: bool) -> bool:
    """Bring the tables up to date. Returns whether there was anything to do."""
    from django.core.management import call_command
    from django.db import connection

    if is_migrated():
        return False
    # Two desks that start at once on one database must not migrate it at the same time.
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('foredesk.migrate'))")
    try:
        if not quiet:
            print("Preparing the database …", flush=True)
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtext('foredesk.migrate'))")
    return True


def collect_static(env: Env) -> None:
    """Copy style sheets, scripts and pictures to the folder that the web server serves."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    from foredesk.design import bundling

    mark = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            found = Path(storage.path(path)).stat()
            mark.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = env.data_dir / "static" / ".stamp"
    if not stamp.exists() or stamp.read_text() != mark.hexdigest():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(mark.hexdigest())
    bundling.write_bundle(stamp.parent)


def load_demo() -> str:
    """Fill the desk with the demo workspace; returns how to sign in."""
    from foredesk.demo import loading

    try:
        return loading.load(at=now())
    except loading.UnableToLoad as why:
        raise Trouble(str(why)) from None


def remove_demo() -> str:
    """Remove what the demo made; returns what is left."""
    from foredesk.demo import removing

    return removing.remove(at=now())


def _sign_in(env: Env) -> str:
    from foredesk.people import queries as people

    if people.is_empty() and env.demo:
        print("Loading the demo workspace …", flush=True)
        load_demo()
    if people.is_empty():
        from foredesk.plumbing import keys

        return f"Set it up in a browser: {env.url}/setup/?code={keys.setup_code(env.data_dir)}"
    from foredesk.demo import signing_in

    return signing_in.hint()
