"""Admins hear of a disk before it is full."""

import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail

from foredesk.logbook.models import Entry
from foredesk.operations import checking, measuring_disks, troubling, watching_disks
from foredesk.people.models import Agent, Workspace
from foredesk.plumbing.clock import now
from foredesk.plumbing.jobs import settle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small_disk(settings, tmp_path):
    """A disk of 1 MB for the files; the data folder has one of 100 MB."""
    places = {tmp_path / "data": "100m", tmp_path / "files": "1m"}
    for place, size in places.items():
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("Mounting a small disk needs root.")
    data, files = places
    settings.ENV = replace(settings.ENV, data_dir=data, files=str(files))
    yield files
    for place in places:
        subprocess.run(["umount", str(place)], check=True)


def fill(disk, kilobytes):
    (disk / f"ballast-{kilobytes}").write_bytes(b"x" * 1024 * kilobytes)


def test_a_disk_that_fills_is_told_once_a_day(small_disk, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Workspace.objects.update_or_create(pk=1, defaults={"name": "North Trail"})
    Agent.objects.create(email="ada@shop.example", name="Ada", role="admin")
    Agent.objects.create(email="ben@shop.example", name="Ben")
    at = now()
    fill(small_disk, 850)
    assert watching_disks.watch(at=at) == []
    assert not [one for one in troubling.troubles(at=at) if one.kind == "disk"]

    fill(small_disk, 100)
    [fact] = watching_disks.watch(at=at)
    assert (fact.what, fact.state, fact.percent) == ("files", "bad", 93)
    assert watching_disks.watch(at=at + timedelta(hours=23)) == []
    settle()
    [told] = mail.outbox
    assert told.to == ["ada@shop.example"]
    assert "North Trail: the disk is 93 % full" in told.subject
    [trouble] = [one for one in troubling.troubles(at=at) if one.kind == "disk"]
    assert (trouble.state, "files is 93 % full" in trouble.text) == ("bad", True)
    assert len(watching_disks.watch(at=at + timedelta(hours=25))) == 1
    assert Entry.objects.filter(kind=fact.kind()).count() == 2


def test_each_disk_is_measured_once(small_disk):
    assert [disk.what for disk in measuring_disks.disks()] == ["data folder", "files"]
    labels = {one.label: one.state for one in checking.report(at=now())}
    assert labels["Disk"] == "ok"
    assert labels["Disk of the files"] == "ok"
