"""A store of bytes of a test's own."""

import pytest


@pytest.fixture
def own_store(settings, tmp_path):
    """An empty folder that files of this test go to."""
    settings.STORAGES = {
        **settings.STORAGES,
        "blobs": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "blobs")},
        },
    }
    return tmp_path / "blobs"
