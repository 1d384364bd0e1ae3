"""Pour the dump of a backup into a database, in one transaction."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from foredesk.operations.examining import Backup, UnableToRestore
from foredesk.plumbing.postgres import clients
from foredesk.plumbing.postgres.binaries import DatabaseTrouble

PIECE = 1024 * 1024

WIPE = """
do $wipe$
declare statement text; statements text[];
begin
  select array_agg(format('drop %s if exists %I.%I cascade', case c.relkind
           when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
           else 'table' end, n.nspname, c.relname))
    into statements
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
   where c.relkind in ('r', 'p', 'v', 'm', 'S') and not exists (
     select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
        and d.deptype in ('e', 'i', 'a'));
  foreach statement in array coalesce(statements, '{}') loop execute statement; end loop;
  select array_agg(format('drop routine if exists %I.%I(%s) cascade', n.nspname, p.proname,
           pg_get_function_identity_arguments(p.oid)))
    into statements
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'public'
   where not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass
        and d.objid = p.oid and d.deptype = 'e');
  foreach statement in array coalesce(statements, '{}') loop execute statement; end loop;
  select array_agg(format('drop type if exists %I.%I cascade', n.nspname, t.typname))
    into statements
    from pg_type t join pg_namespace n on n.oid = t.typnamespace and n.nspname = 'public'
    left join pg_class c on c.oid = t.typrelid
   where (t.typtype in ('e', 'd') or c.relkind = 'c') and not exists (
     select 1 from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid
        and d.deptype = 'e');
  foreach statement in array coalesce(statements, '{}') loop execute statement; end loop;
end $wipe$;
"""
"""Drops all that is ours in the schema. What belongs to a table (deptype i, a) goes with it;
extensions (e) are left alone, which we may not be able to create again on a server that
others run."""

SETTLE = """
update public.logbook_entry set xact = '0';
do $settle$ begin
  if to_regclass('public.analytics_standing') is not null then
    update public.analytics_standing set counted_at = null;
  end if;
end $settle$;
"""
"""Transaction ids belong to the cluster that gave them: what is restored comes before all that
this one will write (logbook.replaying), and who follows the logbook by position begins anew."""


def pour(dump: Path, backup: Backup, url: str) -> None:
    """Wipe and fill the database at `url`. Raises UnableToRestore: then it is as it was."""
    try:
        newest = max(backup.pg_dump, clients.server_version(url))
        pg_restore = clients.program("pg_restore", url, at_least=newest)
        psql = clients.program("psql", url, at_least=newest)
    except DatabaseTrouble as why:
        raise UnableToRestore(str(why)) from None
    place, environment = clients.address(url)
    reading: list[str | Path] = [
        pg_restore,
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "-f",
        "-",
        dump,
    ]
    writing: list[str | Path] = [
        psql,
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "--single-transaction",
        "-d",
        place,
    ]
    with tempfile.TemporaryFile() as said:
        script = subprocess.Popen(
            reading, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL
        )
        taker = subprocess.Popen(
            writing, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment
        )
        assert script.stdout is not None
        assert taker.stdin is not None
        is_whole = False
        try:
            taker.stdin.write(WIPE.encode())
            _pass_on(script.stdout, taker.stdin)
            is_whole = script.wait() == 0
            if is_whole:
                taker.stdin.write(SETTLE.encode())
            else:
                taker.kill()  # Its transaction dies with it.
            taker.stdin.close()
        except BrokenPipeError:
            script.kill()
        script.stdout.close()
        script.wait()
        if taker.wait() or not is_whole:
            said.seek(0)
            raise UnableToRestore(
                f"The database refused the backup and is as it was: "
                f"{said.read().decode(errors='replace').strip()}"
            )


def _pass_on(script: IO[bytes], taker: IO[bytes]) -> None:
    """Copy SQL, without the settings that servers before PostgreSQL 17 don't know."""
    for line in script:
        if line.startswith(b"SET transaction_timeout"):
            continue
        taker.write(line)
        if line.startswith(b"COPY "):
            break
    shutil.copyfileobj(script, taker, PIECE)
