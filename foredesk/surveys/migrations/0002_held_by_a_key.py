"""Why nobody was asked was a sentence; now it is a key of wording.HELD."""

from django.db import migrations

SAID = {
    "It is not solved any more.": "not_solved",
    "It is spam.": "spam",
    "This ticket is marked as spam": "spam",
    "It was merged into another ticket.": "merged",
    "This ticket was merged into": "merged",
    "It was solved on another desk.": "imported",
    "Nobody is asked by this channel.": "channel",
    "The customer wrote nothing in it.": "wrote_nothing",
    "Nobody answered the customer.": "not_answered",
    "It is an address of our own.": "own_address",
    "Its brand has no mailbox to ask from.": "no_mailbox",
    "nobody's address any more.": "nowhere",
    "has no mail address": "nowhere",
    "said that automatic mail is unwanted there.": "unwanted",
    "comes back.": "comes_back",
    "A machine wrote last": "machine",
    "Nothing proves that the address is theirs.": "not_proven",
    "They do not want to be asked.": "opted_out",
    "They were asked not long ago.": "too_soon",
}


def name(apps, _editor):
    surveys = apps.get_model("surveys", "Survey").objects
    held = surveys.exclude(held="")
    for words, key in SAID.items():
        held.filter(held__contains=words).update(held=key)
    held.exclude(held__in=SAID.values()).update(held="unwritten")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_asked_and_answered")]

    operations = [migrations.RunPython(name, migrations.RunPython.noop)]
