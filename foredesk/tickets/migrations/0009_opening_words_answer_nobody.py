"""The words with which an agent opened a ticket are not its first reply."""

from django.db import migrations

SETTLE = """
update tickets_ticket as t set first_reply_at = (
  select min(m.at) from tickets_message as m
  where m.ticket_id = t.id and m.author_kind = 'agent' and m.is_public and m.at > t.created_at)
where t.first_reply_at = t.created_at
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_brands")]

    operations = [migrations.RunSQL(SETTLE, migrations.RunSQL.noop, elidable=True)]
