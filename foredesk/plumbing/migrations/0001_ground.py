from django.db import migrations

CACHE = """
create unlogged table plumbing_cache (
    cache_key varchar(255) primary key,
    value text not null,
    expires timestamp with time zone not null
);
create index plumbing_cache_expires on plumbing_cache (expires);
"""


class Migration(migrations.Migration):
    """Extensions that the desk needs, and the cache: unlogged, since a crash may forget it."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL("create extension if not exists pg_trgm", migrations.RunSQL.noop),
        migrations.RunSQL("create extension if not exists unaccent", migrations.RunSQL.noop),
        migrations.RunSQL(CACHE, "drop table plumbing_cache"),
    ]
