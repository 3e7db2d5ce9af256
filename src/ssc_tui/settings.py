"""What the user chose, remembered in a TOML file that may be edited by hand; what is not known there is left in it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ssc_tui.catalogue.kinds import SECTIONS
from ssc_tui.errors import SettingsError
from ssc_tui.i18n import _
from ssc_tui.paths import make_private

THEME = "textual-dark"
TOLERANCE = "10%"
"""How far apart sent and hosted may be and still be approximately equal: persons, or a share of the greater number."""


class Settings(NamedTuple):
    """The settings of the app.

    Attributes:
        theme: the name of a theme.
        section: the section that is open at the start.
        order: how lists are ordered: name, country or newest.
        keys: other keys for commands, by the id of the command (see `keys.COMMANDS`).
        remote: the address of the remote catalogue; empty where none is set.
        user: who signs in there; empty for nobody. The password is in the key store of the system.
        metered: whether bytes cost, so that a run uses few.
        offline: whether no connection is made at all.
        tolerance: how far apart sent and hosted may be, as it is typed: `2` persons, or `10%`.
    """

    theme: str = THEME
    section: str = SECTIONS[0]
    order: str = "name"
    keys: Mapping[str, str] = MappingProxyType({})
    remote: str = ""
    user: str = ""
    metered: bool = False
    offline: bool = False
    tolerance: str = TOLERANCE


def read_settings(path: Path) -> Settings:
    """The settings in a file; those of a new user where there is none. Values of a wrong form are passed over.

    Raises:
        SettingsError: the file is no TOML or cannot be read.
    """
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            _("The settings in {path} cannot be read ({error}). The file was left as it is, and usual settings hold.").format(
                path=path, error=error
            )
        ) from error
    theme, section, order, keys, remote, user, metered, offline, tolerance = (stored.get(name) for name in Settings._fields)
    return Settings(
        theme if isinstance(theme, str) else THEME,
        section if section in SECTIONS else SECTIONS[0],
        order if order in ("name", "country", "newest") else "name",
        {name: value for name, value in keys.items() if isinstance(value, str)} if isinstance(keys, dict) else {},
        remote if isinstance(remote, str) else "",
        user if isinstance(user, str) else "",
        metered is True,
        offline is True,
        str(tolerance) if re.fullmatch(r"[0-9]{1,6}%?", str(tolerance)) else TOLERANCE,
    )


def save_setting(path: Path, name: str, value: Any) -> None:
    """Change one setting in the file; comments and everything else in it stay. Whole or not at all.

    Raises:
        SettingsError: the file is no TOML, or cannot be written; it was left as it is.
    """
    # Keeps comments, and costs more to import than to read the settings.
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        stored = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        stored[name] = value
        make_private(path.parent)
        fresh = path.with_name(path.name + ".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(stored))
        fresh.replace(path)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise SettingsError(_("{path} was not changed: {error}.").format(path=path, error=error)) from error
