"""Passwords: in the key store where there is one, else in a file for its owner alone."""

from __future__ import annotations

import stat

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from ssc_tui.errors import SettingsError
from ssc_tui.paths import Home
from ssc_tui.store import doctor
from ssc_tui.sync.address import Address
from ssc_tui.sync.credentials import find_password, forget_password, save_password

HERE, THERE = Address("https://here.example/v1"), Address("https://there.example/v1")


class KeyStore(KeyringBackend):
    """A key store in memory."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def store() -> KeyStore:
    """In place until the fixture of `conftest` puts back what was there."""
    made = KeyStore()
    keyring.set_keyring(made)
    return made


def test_the_key_store_is_used_where_there_is_one(home: Home, store: KeyStore) -> None:
    assert save_password(home, HERE, "mary", "secret") is True
    assert not home.secrets.exists()
    assert list(store.kept.values()) == ["secret"]
    assert find_password(home, HERE, "mary") == "secret"
    forget_password(home, HERE, "mary")
    assert store.kept == {}
    assert find_password(home, HERE, "mary") is None
    forget_password(home, HERE, "mary")


def test_without_a_key_store_it_is_a_file_for_its_owner(home: Home) -> None:
    assert save_password(home, HERE, "mary", "sécret") is False
    assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.config.stat().st_mode) == 0o700
    assert find_password(home, HERE, "mary") == "sécret"
    save_password(home, HERE, "mary", "newer")
    assert find_password(home, HERE, "mary") == "newer"
    forget_password(home, HERE, "mary")
    assert find_password(home, HERE, "mary") is None
    assert "newer" not in home.secrets.read_text()
    assert [path.name for path in home.config.iterdir()] == ["secrets.json"]


def test_what_is_left_of_a_broken_off_write_opens_nothing(home: Home) -> None:
    home.config.mkdir(mode=0o700, parents=True)
    left = home.secrets.with_name(home.secrets.name + ".new")
    left.write_text("{")
    left.chmod(0o644)
    save_password(home, HERE, "mary", "secret")
    assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o600


def test_a_password_is_that_of_one_person_one_server_and_one_home(home: Home) -> None:
    save_password(home, HERE, "mary", "secret")
    assert find_password(home, HERE, "john") is None
    assert find_password(home, THERE, "mary") is None
    assert find_password(home, HERE._replace(bucket="kenya"), "mary") is None
    save_password(home, THERE, "mary", "other")
    forget_password(home, HERE, "mary")
    assert find_password(home, THERE, "mary") == "other"


def test_one_home_does_not_know_the_other_in_the_same_key_store(home: Home, store: KeyStore) -> None:
    save_password(home, HERE, "mary", "secret")
    other = home._replace(config=home.config / "other")
    assert find_password(other, HERE, "mary") is None


def test_a_key_store_that_comes_later_takes_it_out_of_the_file(home: Home) -> None:
    save_password(home, HERE, "mary", "secret")
    keyring.set_keyring(KeyStore())
    assert save_password(home, HERE, "mary", "newer") is True
    assert "secret" not in home.secrets.read_text()
    assert find_password(home, HERE, "mary") == "newer"


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"', "null", '{"a": {"b": 1}}', "\ufeff{}"])
def test_a_file_that_is_none_of_ours_is_no_password(home: Home, content: str) -> None:
    home.config.mkdir(mode=0o700, parents=True)
    home.secrets.write_text(content, encoding="utf-8")
    assert find_password(home, HERE, "mary") is None
    save_password(home, HERE, "mary", "secret")
    assert find_password(home, HERE, "mary") == "secret"


def test_a_folder_that_takes_no_file_is_said(home: Home) -> None:
    home.config.parent.mkdir(parents=True, exist_ok=True)
    home.config.write_text("a file in its place")
    with pytest.raises(SettingsError, match="could not be kept") as raised:
        save_password(home, HERE, "mary", "secret")
    assert "secret" not in str(raised.value).replace(str(home.secrets), "")


def test_doctor_sees_a_password_that_others_may_read(home: Home) -> None:
    save_password(home, HERE, "mary", "secret")
    home.sync_lock.touch(mode=0o600)
    assert doctor.look_at_files(home).ok
    home.secrets.chmod(0o644)
    assert "secrets.json" in doctor.look_at_files(home).words
    home.secrets.chmod(0o600)
    home.config.chmod(0o755)
    assert not doctor.look_at_files(home).ok
