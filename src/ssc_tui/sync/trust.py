"""Whose bundles are believed: the key of this home, and the keys of others that the person trusts, in files that can be read.

Keys are Ed25519 (RFC 8032), in hexadecimal. A fingerprint is what two people compare over the phone: forty digits, which every language
has.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ssc_tui.errors import NotFound, SettingsError, UsageError
from ssc_tui.i18n import _
from ssc_tui.paths import Home, make_private
from ssc_tui.text import clean, one_line

GROUPS = 8
DIGITS = 5
"""Of a fingerprint: groups, and digits of each."""

MOST_NAME = 80
ALGORITHM = "ed25519"
_LINE = re.compile(rf"{ALGORITHM}[ \t]+([0-9a-fA-F]{{64}})(?:[ \t]+(.*))?")


class Key(NamedTuple):
    """A public key in hexadecimal, and whose it is, in words."""

    public: str
    name: str = ""

    @property
    def fingerprint(self) -> str:
        """What two people compare."""
        number = int.from_bytes(hashlib.sha256(bytes.fromhex(self.public)).digest(), "big") % 10 ** (GROUPS * DIGITS)
        digits = f"{number:0{GROUPS * DIGITS}}"
        return " ".join(digits[place : place + DIGITS] for place in range(0, len(digits), DIGITS))

    @property
    def line(self) -> str:
        """As it lies in a file, and as it is handed to others."""
        return f"{ALGORITHM} {self.public} {self.name}".rstrip()


class Signer:
    """The key of this home, which can sign."""

    def __init__(self, private: Ed25519PrivateKey, name: str) -> None:
        self._private = private
        self.key = Key(private.public_key().public_bytes_raw().hex(), name)

    def sign(self, what: bytes) -> str:
        """The signature in hexadecimal."""
        return self._private.sign(what).hex()


def vouches(public: str, signature: str, what: bytes) -> bool:
    """Whether the owner of a key signed this; False where key or signature is none."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), what)
    except (InvalidSignature, ValueError):
        return False
    return True


def own_key(home: Home) -> Signer | None:
    """The key of this home; None where none was made.

    Raises:
        SettingsError: the file cannot be read, or holds none.
    """
    try:
        words = home.signing_key.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(home.signing_key, error) from error
    found = _LINE.fullmatch(words.strip())
    if not found:
        raise SettingsError(_("{path} holds no key. Move it away; `ssc-tui trust new` makes another.").format(path=home.signing_key))
    return Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(found[1])), found[2] or "")


def make_key(home: Home, name: str, *, anew: bool = False) -> Signer:
    """Make the key of this home, in a file for its owner alone.

    Raises:
        UsageError: there is one already, and it is not to be replaced.
        SettingsError: it could not be kept.
    """
    if home.signing_key.exists() and not anew:
        raise UsageError(
            _("This home has a key already; `ssc-tui trust show` shows it. With --replace it gets a new one, which others must trust anew.")
        )
    private = Ed25519PrivateKey.generate()
    made = Signer(private, _a_name(name))
    _write(home.signing_key, f"{ALGORITHM} {private.private_bytes_raw().hex()} {made.key.name}".rstrip() + "\n")
    return made


def key_to_sign(home: Home, name: str) -> tuple[Signer, bool]:
    """The key of this home, made where there is none, and whether it was.

    Raises:
        SettingsError: it cannot be read or kept.
    """
    found = own_key(home)
    return (found, False) if found else (make_key(home, name), True)


def trusted(home: Home) -> list[Key]:
    """The keys of others that are trusted, in the order of the file; what is no key there is passed over.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        lines = home.trusted_keys.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(home.trusted_keys, error) from error
    found = [_LINE.fullmatch(line.strip()) for line in lines]
    return [Key(each[1].lower(), one_line(each[2] or "")) for each in found if each]


def known(home: Home, public: str) -> Key | None:
    """The key of this home or a trusted one; None for any other.

    Raises:
        SettingsError: a file cannot be read.
    """
    own = own_key(home)
    keys = [*([own.key] if own else []), *trusted(home)]
    return next((each for each in keys if each.public == public), None)


def key_from(text: str, name: str = "") -> Key:
    """The key that a person was handed as text; `name` says whose it is, in place of what stands there.

    Raises:
        UsageError: it is none.
    """
    words = text.strip()
    found = _LINE.fullmatch(words) or _LINE.fullmatch(f"{ALGORITHM} {words}")
    if not found:
        raise UsageError(_("That is no key. A key is what `ssc-tui trust show` prints on the other machine, or a bundle from it."))
    return Key(found[1].lower(), _a_name(name or found[2] or ""))


def trust(home: Home, key: Key) -> None:
    """Trust a key from now on; one that is trusted gets the name.

    Raises:
        SettingsError: it could not be kept.
    """
    _keep(home, [each for each in trusted(home) if each.public != key.public] + [key])


def distrust(home: Home, which: str) -> Key:
    """Trust a key no more, by its name, or by the beginning of the key or of its fingerprint.

    Raises:
        NotFound, UsageError: none, or more than one, is called so.
        SettingsError: it could not be kept.
    """
    keys, wanted = trusted(home), which.strip().lower()
    digits = wanted.replace(" ", "")
    found = [each for each in keys if each.name.lower() == wanted] or [
        each for each in keys if digits and (each.public.startswith(digits) or each.fingerprint.replace(" ", "").startswith(digits))
    ]
    if not found:
        raise NotFound(_("No key that you trust is called {name}. `ssc-tui trust list` lists them.").format(name=one_line(which)))
    if len(found) > 1:
        raise UsageError(_("Several keys are called {name}. Name one by its fingerprint.").format(name=one_line(which)))
    _keep(home, [each for each in keys if each != found[0]])
    return found[0]


def _keep(home: Home, keys: list[Key]) -> None:
    head = _("# Whose bundles this home reads: a key and a name on each line. Compare fingerprints before you add one.")
    _write(home.trusted_keys, "\n".join([head, *(each.line for each in keys)]) + "\n")


def _a_name(name: str) -> str:
    return one_line(clean(name))[:MOST_NAME]


def _write(path: Path, text: str) -> None:
    try:
        make_private(path.parent)
        fresh = path.with_name(path.name + ".new")
        # One that was left behind may be open to others, or lead elsewhere.
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(_("{path} could not be written: {reason}.").format(path=path, reason=error.strerror or error)) from error


def _unreadable(path: Path, error: Exception) -> SettingsError:
    return SettingsError(_("{path} cannot be read: {reason}.").format(path=path, reason=getattr(error, "strerror", None) or error))
