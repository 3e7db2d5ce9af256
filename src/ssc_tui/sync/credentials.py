"""The password for a remote catalogue: in the key store of the system, or in a file for its owner alone where there is none."""

from __future__ import annotations

import contextlib
import json
import os

from ssc_tui.errors import SettingsError
from ssc_tui.i18n import _
from ssc_tui.paths import APP, Home, make_private
from ssc_tui.sync.address import Address


def save_password(home: Home, address: Address, user: str, password: str) -> bool:
    """Keep a password; returns whether the key store has it, and not a file.

    Raises:
        SettingsError: neither could be written.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(APP, _name(home, address, user), password)
    except (KeyringError, OSError):
        _write(home, _read(home) | {_name(home, address, user): password})
        return False
    _forget_in_file(home, address, user)
    return True


def find_password(home: Home, address: Address, user: str) -> str | None:
    """The password that was kept; None where there is none."""
    stored = _read(home).get(_name(home, address, user))
    if stored is not None:
        return stored
    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError, OSError):
        return keyring.get_password(APP, _name(home, address, user))
    return None


def forget_password(home: Home, address: Address, user: str) -> None:
    """Take a password out of the key store and the file.

    Raises:
        SettingsError: the file could not be written.
    """
    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError, OSError):
        keyring.delete_password(APP, _name(home, address, user))
    _forget_in_file(home, address, user)


def _name(home: Home, address: Address, user: str) -> str:
    """Under which a password is kept: the same person may sign in otherwise from another home."""
    return f"{user} at {address} ({home.config})"


def _forget_in_file(home: Home, address: Address, user: str) -> None:
    kept = _read(home)
    if kept.pop(_name(home, address, user), None) is not None:
        _write(home, kept)


def _read(home: Home) -> dict[str, str]:
    try:
        stored = json.loads(home.secrets.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in stored.items()} if isinstance(stored, dict) else {}


def _write(home: Home, secrets: dict[str, str]) -> None:
    try:
        make_private(home.config)
        fresh = home.secrets.with_name(home.secrets.name + ".new")
        # One that was left behind may be open to others, or lead elsewhere.
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(secrets, file)
        fresh.replace(home.secrets)
    except OSError as error:
        raise SettingsError(_("The password could not be kept: {reason}.").format(reason=error)) from error
