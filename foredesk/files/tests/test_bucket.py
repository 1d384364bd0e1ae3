"""A bucket keeps bytes as a disk does, and its troubles are told as a disk's are."""

import pytest

from foredesk.files import forgetting, reading, storing
from foredesk.files.models import Blob
from foredesk.plumbing.env import Env
from tests.peers.bucket import BucketServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "desk")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with BucketServer() as server:
        blobs = Env.load({"FOREDESK_FILES": server.setting}).file_storage()
        settings.STORAGES = {**settings.STORAGES, "blobs": blobs}
        yield server


def test_bytes_are_kept_once_read_and_forgotten(bucket):
    blob = storing.keep(b"a picture")
    storing.keep(b"a picture")
    assert bucket.objects == {storing.path_of(blob.pk): b"a picture"}
    assert reading.read(blob) == b"a picture"
    assert forgetting.forget([blob.pk]) == 1
    assert bucket.objects == {}


def test_lost_bytes_are_told(bucket):
    blob = storing.keep(b"precious")
    bucket.objects.clear()
    with pytest.raises(reading.Missing, match="gone from the file store"):
        reading.read(blob)


def test_a_bucket_that_refuses_keeps_no_row(bucket):
    bucket.refuses = 403
    with pytest.raises(storing.UnableToStore, match=r"the bucket says: .*403"):
        storing.keep(b"x")
    assert not Blob.objects.exists()
