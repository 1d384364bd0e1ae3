"""Settings: typed, with a plain sentence for everything that can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from foredesk.plumbing import env, extras, keys, setting, settings_page
from foredesk.plumbing.env import Env
from foredesk.plumbing.setting import InvalidSetting


def test_everything_has_a_default() -> None:
    read = Env.load({})
    assert read.port == 8000
    assert read.url == "http://localhost:8000"
    assert read.demo is None
    assert read.has_embedded_database
    assert read.files == str(read.data_dir / "files")


def test_defaults_follow_what_was_set(tmp_path: Path) -> None:
    read = Env.load({"FOREDESK_PORT": "9001", "FOREDESK_DATA_DIR": str(tmp_path / "desk")})
    assert read.url == "http://localhost:9001"
    assert read.files == str(tmp_path / "desk" / "files")


def test_the_public_host_is_allowed() -> None:
    assert (
        "help.example.org" in Env.load({"FOREDESK_URL": "https://help.example.org"}).allowed_hosts
    )


def test_an_empty_value_counts_as_unset() -> None:
    assert Env.load({"FOREDESK_PORT": " "}).port == 8000


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FOREDESK_PORT", "abc", 'must be a whole number from 1 to 65535, not "abc".'),
        ("FOREDESK_PORT", "0", 'must be a whole number from 1 to 65535, not "0".'),
        ("FOREDESK_PORT", "٣", 'must be a whole number from 1 to 65535, not "٣".'),
        ("FOREDESK_SMTP_PORT", "65536", 'must be a whole number from 0 to 65535, not "65536".'),
        ("FOREDESK_DEMO", "maybe", 'must be 1 or 0, not "maybe".'),
        ("FOREDESK_SMTP_ACCEPT", "some", 'must be any or known, not "some".'),
        ("FOREDESK_LOG", "loud", 'must be debug, info, warning or error, not "loud".'),
        ("FOREDESK_HOST", "my host", 'must be a host name or an IP address, not "my host".'),
        ("FOREDESK_URL", "help.example.org", "must be an address such as https://"),
        ("FOREDESK_URL", "https://example.org/desk", "without a path"),
        ("FOREDESK_URL", "https://[::1", "must be an address such as https://"),
        ("FOREDESK_TRUSTED_PROXIES", "10.0.0.0/99", "must be networks such as"),
        ("FOREDESK_ALLOW_PRIVATE_HOSTS", "10.0.0", "must be hosts or networks"),
        ("FOREDESK_FILES", "gs://bucket", "must be a folder or s3://"),
        ("DATABASE_URL", "mysql://x", "must be an address such as postgresql://"),
        ("FOREDESK_SECRET_KEY", "short", "must be text of 32 characters or more."),
        ("FOREDESK_ENCRYPTION_KEY", "k" * 40 + ",abc", "must be text of 32 characters or more."),
    ],
)
def test_a_value_that_cannot_be_used_gets_a_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        Env.load({name: value})
    assert str(refused.value).startswith(f"{name} must be ")
    assert sentence in str(refused.value)


def test_a_refused_secret_is_not_repeated() -> None:
    with pytest.raises(InvalidSetting) as refused:
        Env.load({"DATABASE_URL": "oracle://me:hunter2@host"})
    assert "hunter2" not in str(refused.value)


def test_a_misspelt_name_is_refused_with_the_right_one() -> None:
    with pytest.raises(InvalidSetting, match=r"Did you mean FOREDESK_SMTP_PORT\?"):
        Env.load({"FOREDESK_SMPT_PORT": "25"})


def test_files_go_to_a_private_folder_or_to_s3() -> None:
    assert Env.load({}).file_storage()["OPTIONS"]["base_url"] is None
    read = Env.load({"FOREDESK_FILES": "s3://desk?endpoint=https://s3.example.org&region=eu-1"})
    options = read.file_storage()["OPTIONS"]
    assert (options["bucket_name"], options["region_name"]) == ("desk", "eu-1")
    assert options["endpoint_url"] == "https://s3.example.org"


def test_s3_without_its_packages_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras._MODULES, "s3", ("boto3", "not_installed_here"))
    with pytest.raises(InvalidSetting, match=r"FOREDESK_FILES must be a folder, .*foredesk\[s3\]"):
        Env.load({"FOREDESK_FILES": "s3://desk"})


def test_a_database_address_becomes_what_django_takes() -> None:
    url = "postgresql://me:p%40ss@db.example.org:6432/desk?sslmode=require"
    assert Env.load({"DATABASE_URL": url}).database(pool=True) == {
        "ENGINE": "foredesk.plumbing.database",
        "NAME": "desk",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require", "pool": True},
    }


def test_without_an_address_the_embedded_database_is_meant(tmp_path: Path) -> None:
    database = Env.load({"FOREDESK_DATA_DIR": str(tmp_path)}).database()
    assert database["HOST"] == str(tmp_path / "postgres" / "socket")


def test_flags_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREDESK_PORT", "8001")
    monkeypatch.setenv("FOREDESK_DEMO", "1")
    env.override(port=8002, demo=False, host=None)
    read = Env.load()
    assert (read.port, read.demo, read.host) == (8002, False, "127.0.0.1")


def test_secrets_are_never_shown() -> None:
    shown = dict(setting.effective(Env.load({"FOREDESK_SECRET_KEY": "s" * 40, "DATABASE_URL": ""})))
    assert shown["FOREDESK_SECRET_KEY"] == "(set)"
    assert shown["DATABASE_URL"] == "(not set)"
    assert shown["FOREDESK_PORT"] == "8000"


def test_the_settings_page_is_up_to_date() -> None:
    assert settings_page.PAGE.read_text() == settings_page.render(), (
        "run: python -m foredesk.plumbing.settings_page"
    )


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    read = Env.load({"FOREDESK_DATA_DIR": str(tmp_path / "desk")})
    first = read.secret_key, read.encryption_keys
    assert first == (read.secret_key, read.encryption_keys)
    assert len(read.secret_key) >= 32
    folder = keys.folder(read.data_dir)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "secret_key": 0o600,
        "encryption_key": 0o600,
    }


def test_given_keys_win_over_kept_ones(tmp_path: Path) -> None:
    assert Env.load({"FOREDESK_DATA_DIR": str(tmp_path)}).secret_key
    given = Env.load(
        {
            "FOREDESK_DATA_DIR": str(tmp_path),
            "FOREDESK_SECRET_KEY": "k" * 40,
            "FOREDESK_ENCRYPTION_KEY": "n" * 32 + "," + "o" * 32,
        }
    )
    assert given.secret_key == "k" * 40
    assert given.encryption_keys == ["n" * 32, "o" * 32]
