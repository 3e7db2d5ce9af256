"""The settings, for a command that goes on without them where they cannot be read."""

from __future__ import annotations

from ssc_tui.cli.plain import Output
from ssc_tui.errors import SettingsError
from ssc_tui.paths import Home
from ssc_tui.settings import Settings, read_settings


def settings_of(home: Home, out: Output) -> Settings:
    """The settings; where they cannot be read, says why and gives those that nobody has changed."""
    try:
        return read_settings(home.settings)
    except SettingsError as error:
        out.say(str(error))
        return Settings()


def author(home: Home, out: Output) -> str:
    """Who writes: whoever is signed in to the catalogue."""
    return settings_of(home, out).user
