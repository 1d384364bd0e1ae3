"""Fill the desk with tickets of three messages each: a few are open, as in a desk that works."""

from __future__ import annotations

from random import Random

import psycopg
from psycopg import sql

MESSAGES = 3
UNSOLVED_PERCENT = 3
_BATCH = 50_000

_WORDS = [
    "tent", "pole", "boots", "parcel", "order", "refund", "size", "stove", "invoice",
    "login", "password", "delivery", "return", "repair", "jacket", "zip", "card", "payment",
    "app", "map", "route", "gift", "address", "label", "warehouse", "carrier", "colour",
    "stock", "exchange", "warranty", "account", "point", "shop", "morning", "yesterday", "week",
    "please", "could", "would", "arrived", "broken", "missing", "wrong", "late", "twice",
    "again", "still", "never", "always",
]  # fmt: skip


def grow(connection: psycopg.Connection, *, upto: int) -> int:
    """Add tickets until there are `upto`; returns how many were added.

    Text is made of random words, so that pages, indexes and rows have a natural size. The bench's
    teams, agents and customers are made on the way.
    """
    connection.execute("select setseed(%s)", [upto / 10_000_000])
    _fill_in(connection)
    _people(connection, customers=max(upto // 5, 100))
    found = connection.execute("select count(*) from tickets_ticket").fetchone()
    have = found[0] if found else 0
    added = 0
    while have + added < upto:
        added += _tickets(connection, count=min(_BATCH, upto - have - added), upto=upto)
        connection.commit()
    vacuum(connection)
    return added


def some_tickets(connection: psycopg.Connection) -> list[int]:
    """The numbers of 3,000 tickets from all times."""
    found = connection.execute("select id from tickets_ticket order by random() limit 3000")
    return [row[0] for row in found.fetchall()]


def tidy(connection: psycopg.Connection) -> None:
    """Take away what the bare inserts left, and close what the measurements opened."""
    connection.execute(
        "delete from tickets_message where ticket_id in"
        " (select id from tickets_ticket where account = 'bare')"
    )
    connection.execute("delete from tickets_ticket where account = 'bare'")
    connection.execute(
        "update tickets_ticket set status = 'closed', closed_at = now(), waiting_since = null"
        " where status = 'new' and created_at > now() - interval '1 hour' and id > %s",
        [_newest_seeded(connection)],
    )
    connection.commit()
    vacuum(connection)


def _newest_seeded(connection: psycopg.Connection) -> int:
    row = connection.execute(
        "select coalesce(max(ticket_id), 0) from tickets_message"
        " where external_id = md5('wire' || ticket_id || '-1') || '@bench.example'"
    ).fetchone()
    return row[0] if row else 0


def vacuum(connection: psycopg.Connection) -> None:
    connection.autocommit = True
    for table in ("tickets_ticket", "tickets_message", "tickets_participant", "logbook_entry"):
        connection.execute(f"vacuum analyze {table}")
    connection.execute("vacuum analyze people_customer")
    connection.execute("vacuum analyze people_identity")
    connection.execute("checkpoint")
    connection.autocommit = False


def _fill_in(connection: psycopg.Connection) -> None:
    """Give columns that the inserts here leave out the defaults that the ORM would write."""
    from django.apps import apps
    from django.db.models import TextField

    for label in ("people", "tickets", "logbook"):
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.concrete_fields:
                value = field.default
                if value is list:
                    value = "[]" if field.get_internal_type() == "JSONField" else "{}"
                elif value is dict:
                    value = "{}"
                elif isinstance(field, TextField) and not field.has_default():
                    value = ""
                if isinstance(value, str | bool | int):
                    statement = sql.SQL("alter table {} alter column {} set default {}").format(
                        sql.Identifier(model._meta.db_table),
                        sql.Identifier(field.column),
                        sql.Literal(str(value)),
                    )
                    connection.execute(statement)


def _people(connection: psycopg.Connection, *, customers: int) -> None:
    connection.execute(
        """
        insert into people_team (name, icon, created_at, is_demo)
        select 'Team ' || n, 'layers', now(), false from generate_series(1, 5) n
        on conflict do nothing
        """
    )
    connection.execute(
        """
        insert into people_agent (password, email, name, role, sees, is_active, signature_html,
                                  language, time_zone, theme, density, shortcuts_on, created_at,
                                  is_demo)
        select '!', 'agent' || n || '@bench.example', 'Agent ' || n, 'agent', 'everything', true,
               '', 'en', '', 'system', 'comfortable', true, now(), false
        from generate_series(1, 10) n
        where not exists (select 1 from people_agent where email = 'agent' || n || '@bench.example')
        """
    )
    connection.execute(
        """
        with made as (
          insert into people_customer (public_id, name, language, time_zone, notes, created_at,
                                       is_demo)
          select md5('customer' || n), 'Customer ' || n, 'en', '', '', now(), false
          from generate_series(1 + (select count(*) from people_customer), %s) n
          returning id, name)
        insert into people_identity (customer_id, kind, value)
        select id, 'email', replace(lower(name), ' ', '') || '@customers.example' from made
        """,
        [customers],
    )
    connection.commit()


def _tickets(connection: psycopg.Connection, *, count: int, upto: int) -> int:
    words = "array['" + "','".join(_WORDS) + "']"
    some = f"({words})[1 + floor(random() * {len(_WORDS)})::int]"
    drawing = Random(upto)  # sentences are drawn here once, and put together there
    sentences = [" ".join(drawing.choices(_WORDS, k=8)) for _ in range(200)]
    lines = "array['" + "','".join(sentences) + "']"
    line = f"({lines})[1 + floor(random() * {len(sentences)})::int]"

    def text(length: int, of: str = some) -> str:
        return " || ' ' || ".join([of] * length)

    connection.execute("create temporary table if not exists grown (id bigint, at timestamptz)")
    connection.execute("truncate grown")
    connection.execute(
        f"""
        with people as (select min(id) as first, max(id) as last from people_customer),
             teams as (select array_agg(id) as ids from people_team),
             staff as (select array_agg(id) as ids from people_agent
                       where email like '%%@bench.example'),
             drawn as materialized (
               select now() - (random() * interval '700 days') as at,
                      random() * 100 < {UNSOLVED_PERCENT} as is_open,
                      random() as chance, md5(random()::text || n) as public_id
               from generate_series(1, %(count)s) n),
             made as (
               insert into tickets_ticket (public_id, subject, status, priority, requester_id,
                 team_id, assignee_id, channel, account, tags, language, created_at, activity_at,
                 customer_wrote_at, waiting_since, first_reply_at, solved_at, closed_at, preview,
                 is_demo)
               select public_id, {text(5)},
                 case when not is_open then 'closed' when chance < 0.3 then 'new'
                      when chance < 0.7 then 'open' else 'pending' end,
                 1 + floor(random() * 4)::int, first + floor(random() * (last - first))::bigint,
                 teams.ids[1 + floor(random() * 5)::int],
                 case when is_open and chance < 0.05 then null
                      else staff.ids[1 + floor(random() * 10)::int] end,
                 'email', '', array[{some}, {some}], 'en', at, at + interval '3 hours',
                 at + interval '2 hours', case when is_open and chance < 0.7 then at end,
                 at + interval '1 hour', case when not is_open then at + interval '3 hours' end,
                 case when not is_open then at + interval '7 days' end, {text(2, line)}, false
               from drawn, people, teams, staff
               returning id, created_at)
        insert into grown select id, created_at from made
        """,
        {"count": count},
    )
    connection.execute(
        """
        insert into tickets_participant (ticket_id, customer_id, role)
        select t.id, t.requester_id, 'requester' from grown g join tickets_ticket t on t.id = g.id
        """
    )
    connection.execute(
        f"""
        insert into tickets_message (public_id, ticket_id, author_kind, agent_id, customer_id,
          author_name, author_address, is_public, is_rich, is_unknown_sender, channel, subject,
          body_text, body_html, whole_text, whole_html, "to", cc, bcc, external_id, "references",
          at, delivery, attempts, delivery_note)
        select md5('message' || t.id || '-' || n), t.id,
          case when n = 2 then 'agent' else 'customer' end,
          case when n = 2 then t.assignee_id end, case when n <> 2 then t.requester_id end,
          case when n = 2 then 'Agent' else 'Customer' end, '', true, false, false, 'email',
          t.subject, body, '<p>' || body || '</p>', '', '', '[]', '[]', '[]',
          md5('wire' || t.id || '-' || n) || '@bench.example', '{{}}',
          t.created_at + n * interval '1 hour', case when n = 2 then 'sent' else '' end, 0, ''
        from grown g join tickets_ticket t on t.id = g.id, generate_series(1, {MESSAGES}) n,
             lateral (select {text(8, line)} || t.id || n as body) words
        """
    )
    connection.execute(
        """
        insert into logbook_entry (kind, about_kind, about_id, data, actor_kind, actor_id,
                                   actor_name, at, depth)
        select k.kind, 'ticket', t.id,
          k.data || jsonb_build_object('ticket_id', t.id, 'team_id', t.team_id, 'assignee_id',
                                       case when k.n > 0 then t.assignee_id end)
                 || case when k.kind = 'tickets.TicketAssigned'
                         then jsonb_build_object('after', t.assignee_id)
                         when k.kind = 'tickets.ReplyWritten'
                         then jsonb_build_object('message_id', t.id) else '{}' end,
          k.actor, case k.actor when 'agent' then t.assignee_id else t.requester_id end,
          '', t.created_at + k.n * interval '1 hour', 0
        from grown g join tickets_ticket t on t.id = g.id,
          (values
            (0, 'tickets.TicketOpened', 'customer',
             '{"channel": "email", "customer_id": 1}'::jsonb),
            (0, 'tickets.MessageReceived', 'customer', '{"channel": "email"}'::jsonb),
            (1, 'tickets.TicketAssigned', 'agent', '{"before": null}'::jsonb),
            (2, 'tickets.ReplyWritten', 'agent', '{"is_first": true}'::jsonb),
            (2, 'tickets.StatusChanged', 'agent', '{"before": "new", "after": "pending"}'::jsonb),
            (3, 'tickets.StatusChanged', 'agent',
             '{"before": "pending", "after": "solved"}'::jsonb),
            (3, 'tickets.TicketSolved', 'agent', '{"before": "pending", "is_first": true}'::jsonb)
          ) as k (n, kind, actor, data)
        where k.n < 3 or t.solved_at is not null
        """
    )
    return count
