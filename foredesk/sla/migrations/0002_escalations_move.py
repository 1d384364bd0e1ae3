"""Escalations tell by keys, and can move the ticket."""

from django.db import migrations, models


def keep(apps, schema_editor):
    """What was told before is told by its key."""
    for row in apps.get_model("sla", "Escalation").objects.prefetch_related("agents"):
        row.tell = [
            *(["assignee"] if row.tell_assignee else []),
            *(["team"] if row.tell_team else []),
            *(["leads"] if row.tell_leads else []),
            *(f"agent-{one.pk}" for one in row.agents.all()),
        ]
        row.save(update_fields=["tell"])


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]

    operations = [
        migrations.AddField("escalation", "move_to", models.TextField(blank=True, default="")),
        migrations.AddField("escalation", "tell", models.JSONField(default=list)),
        migrations.RunPython(keep, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("escalation", "agents"),
        migrations.RemoveField("escalation", "tell_assignee"),
        migrations.RemoveField("escalation", "tell_leads"),
        migrations.RemoveField("escalation", "tell_team"),
    ]
