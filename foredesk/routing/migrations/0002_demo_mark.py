"""What the demo set up is known, so that it can go again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_initial")]

    operations = [
        migrations.AddField("skill", "is_demo", models.BooleanField(default=False)),
        migrations.AddField("tier", "is_demo", models.BooleanField(default=False)),
    ]
