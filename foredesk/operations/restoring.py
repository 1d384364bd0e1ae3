"""Make a desk from a backup: checked first, then the database and the files, all or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

from foredesk.operations import examining, pouring
from foredesk.operations.examining import Backup, UnableToRestore
from foredesk.plumbing import keys
from foredesk.plumbing.env import Env
from foredesk.plumbing.postgres import embedded


def must_be_stopped(env: Env) -> None:
    """Raises UnableToRestore while a desk works on the target.

    Ask before anything connects: a connection of our own would look like a working desk.
    """
    if env.has_embedded_database:
        if embedded.is_used(env.data_dir):
            raise UnableToRestore(f"The desk in {env.data_dir} is running. Stop it first.")
    elif _others(env.database_url):
        raise UnableToRestore(
            "Others are connected to the database of DATABASE_URL. Stop every Foredesk that uses "
            "it first."
        )


def must_be_empty(env: Env) -> None:
    """Raises UnableToRestore when the target holds a desk already."""
    import psycopg

    url = env.database_url or embedded.dsn(env.data_dir)
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("select to_regclass('public.django_migrations')").fetchone()
    if found and found[0]:
        where = env.data_dir if env.has_embedded_database else "the database of DATABASE_URL"
        raise UnableToRestore(
            f"There is a desk in {where} already. Choose another place, or overwrite it with "
            "--force."
        )


def restore(file: Path, backup: Backup, *, env: Env) -> None:
    """Bring the desk of `file` to the place that `env` names, over what is there.

    Every sum is checked before anything changes; the database changes in one transaction. The
    caller has asked `must_be_stopped` and started the database. Raises UnableToRestore.
    """
    url = env.database_url or embedded.dsn(env.data_dir)
    env.data_dir.mkdir(parents=True, exist_ok=True)
    with examining.unpacked(file, backup, env.data_dir) as folder:
        pouring.pour(folder / "database.dump", backup, url)
        _put_files(folder / "files")
        _put_keys(folder / "secrets", env)


def _others(url: str) -> bool:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        ).fetchone()
    return bool(found and found[0])


def _put_files(folder: Path) -> None:
    from django.core.files import File
    from django.core.files.storage import storages

    from foredesk.files.storing import path_of

    store = storages["blobs"]
    for path in sorted(folder.iterdir()):
        name = path_of(path.name)
        if store.exists(name):
            store.delete(name)  # It may be damaged; ours was just checked.
        try:
            target = Path(store.path(name))
        except NotImplementedError:
            with path.open("rb") as file:
                store.save(name, File(file))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)


def _put_keys(folder: Path, env: Env) -> None:
    place = keys.folder(env.data_dir)
    for path in folder.iterdir():
        place.mkdir(mode=0o700, exist_ok=True)
        shutil.move(path, place / path.name)
