"""Bundles, which carry the catalogue and edits on a stick (`bundle`), and whose bundles are believed (`trust`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ssc_tui.cli.bar import Bar
from ssc_tui.cli.local import opened
from ssc_tui.cli.plain import Output
from ssc_tui.cli.remote import moment_of
from ssc_tui.cli.settings import author
from ssc_tui.errors import UsageError
from ssc_tui.i18n import _, ngettext
from ssc_tui.paths import Home, named
from ssc_tui.text import one_line

WRITE = "write"


def bundle(
    home: Home,
    out: Output,
    *,
    way: str,
    file: str,
    since: str | None,
    without_edits: bool,
    accept_unsigned: bool,
    accept_expired: bool,
    accept_removals: bool,
    dry_run: bool,
) -> int:
    """Write a bundle, or read one; see `_write` and `_read`.

    Raises:
        UsageError: an option belongs to the other way.
        SscError: nothing was written, or read; the sentence says why.
    """
    writing = {"--since": since, "--without-edits": without_edits}
    reading = {
        "--accept-unsigned": accept_unsigned,
        "--accept-expired": accept_expired,
        "--accept-removals": accept_removals,
        "--dry-run": dry_run,
    }
    wrong = [name for name, value in (reading if way == WRITE else writing).items() if value]
    if wrong:
        raise UsageError(_("{option} does not go with `bundle {way}`.").format(option=wrong[0], way=way))
    if not file.strip():
        # Such as an empty variable of a script: the folder that one stands in is not meant.
        raise UsageError(_("That names no file or folder. Nothing was done."))
    place = named(file)
    with opened(home, out):
        pass
    if way == WRITE:
        return _write(home, out, place, since, with_edits=not without_edits)
    from ssc_tui.sync.bundle_open import Wishes

    return _read(home, out, place, Wishes(accept_unsigned, accept_expired, accept_removals), dry_run=dry_run)


def _write(home: Home, out: Output, file: Path, since: str | None, *, with_edits: bool) -> int:
    """JSON `{"file", "dataset", "epoch", "sequence", "created", "expires", "since", "records": {kind: n}, "removed", "edits", "conflicts",
    "bytes", "fingerprint"}`.
    """
    # Compression and signatures are imported for this command alone.
    from ssc_tui.sync.bundle_words import written
    from ssc_tui.sync.bundle_write import write_bundle

    moment = moment_of(since) if since else None
    bar = Bar()
    try:
        made = write_bundle(home, file, since=moment, with_edits=with_edits, author=author(home, out), tell=bar.draw)
    finally:
        bar.clear()
    manifest = made.manifest
    if out.as_json:
        told = {name: getattr(manifest, name) for name in ("dataset", "epoch", "sequence", "created", "expires", "since")}
        out.json(
            {"file": str(made.file)}
            | told
            | {
                "records": {kind: each.member.lines - each.tombstones for kind, each in manifest.collections.items()},
                "removed": sum(each.tombstones for each in manifest.collections.values()),
                "edits": len(made.riding.edits),
                "conflicts": len(made.riding.disputes),
                "bytes": made.size,
                "fingerprint": made.key.fingerprint,
            }
        )
    else:
        out.lines(written(made))
    if made.new_key:
        out.say(_("This home got a key to sign bundles with. Whoever reads them compares its digits with you: `ssc-tui trust show`."))
    return 0


def _read(home: Home, out: Output, file: Path, wishes: Any, *, dry_run: bool) -> int:
    """JSON `{"outcome": ok, "words", "done", "received": {"new", "changed", "removed"}, "edits", "taken", "left_out", "conflicts",
    "quarantined", "seconds", "bundle": {"dataset", "epoch", "sequence", "created", "expires", "since", "author", "fingerprint",
    "trusted"}}`; ends with 6 where conflicts wait, with 5 where the bundle is not believed.
    """
    from ssc_tui.sync.bundle_read import read_bundle
    from ssc_tui.sync.bundle_words import origin

    bar = Bar()
    try:
        read = read_bundle(home, file, wishes, dry_run=dry_run, tell=bar.draw)
    finally:
        bar.clear()
    manifest = read.manifest
    if out.as_json:
        told = {name: getattr(manifest, name) for name in ("dataset", "epoch", "sequence", "created", "expires", "since", "author")}
        out.json(
            {
                "outcome": "ok",
                "words": read.words,
                "done": read.done,
                "received": read.applied._asdict(),
                "edits": read.news.edits,
                "taken": read.news.taken,
                "left_out": read.left_out,
                "conflicts": read.conflicts,
                "quarantined": read.quarantined,
                "seconds": round(read.seconds, 3),
                "bundle": told | {"fingerprint": read.signer.fingerprint if read.signer else None, "trusted": read.trusted},
            }
        )
    else:
        out.lines([*origin(read), read.words])
    if read.done and read.conflicts:
        out.say(
            ngettext(
                "{n} conflict waits for your decision: `ssc-tui conflicts`.",
                "{n} conflicts wait for your decision: `ssc-tui conflicts`.",
                read.conflicts,
            ).format(n=read.conflicts)
        )
    return read.exit_code


def trust(home: Home, out: Output, *, way: str, words: list[str], name: str, replace: bool) -> int:
    """Keys of bundles: JSON of `new`, `show`, `add` and `remove` is `{"name", "key", "fingerprint"}`, of `list` a list of such.

    Raises:
        UsageError, NotFound: the words name no key.
        SettingsError: a file of keys cannot be read or written.
    """
    from ssc_tui.sync import trust as keys

    if replace and way != "new":
        raise UsageError(_("--replace goes with `trust new` alone."))
    if way in ("add", "remove") and not words:
        raise UsageError(_("Say which key: what `ssc-tui trust show` prints on the other machine, or a bundle from it."))
    if way not in ("add", "remove") and words:
        raise UsageError(_("`trust {way}` takes no words.").format(way=way))
    match way:
        case "new":
            key = keys.make_key(home, name or author(home, out), anew=replace).key
            said = _("This home has a key now. Read these digits to whoever is to trust it:")
        case "show":
            own = keys.own_key(home)
            if own is None:
                raise UsageError(_("This home has no key yet; `ssc-tui trust new` makes one, and so does the first bundle."))
            key, said = own.key, _("The key of this home. Read these digits to whoever is to trust it:")
        case "add":
            key = _named(words, name)
            keys.trust(home, key)
            said = _("Trusted from now on. Compare these digits over the phone with those of `ssc-tui trust show` on the other machine:")
        case "remove":
            key, said = keys.distrust(home, " ".join(words)), _("No longer trusted:")
        case _:
            return _list(home, out)
    if out.as_json:
        out.json(_as_json(key))
    else:
        out.say(said)
        out.lines([key.fingerprint, key.line])
    return 0


def _list(home: Home, out: Output) -> int:
    from ssc_tui.sync import trust as keys

    found = keys.trusted(home)
    if out.as_json:
        out.json([_as_json(each) for each in found])
    else:
        out.table((each.fingerprint, each.name or "–") for each in found)
    if not found:
        out.say(_("You trust nobody's key yet. `ssc-tui trust add KEY` adds one, or a bundle in place of the key."))
    return 0


def _named(words: list[str], name: str) -> Any:
    """The key that was handed over as text, or by a bundle or a file."""
    from ssc_tui.sync import trust as keys
    from ssc_tui.sync.bundle_open import key_of

    text = " ".join(words)
    file = named(text)
    if len(words) == 1 and file.is_file():
        found = key_of(file)
        if found is None:
            try:
                return keys.key_from(file.read_text(encoding="utf-8")[:1000], name)
            except (OSError, UnicodeDecodeError, UsageError) as error:
                raise UsageError(_("{file} is neither a bundle that somebody signed nor a key.").format(file=file)) from error
        return found._replace(name=one_line(name or found.name))
    return keys.key_from(text, name)


def _as_json(key: Any) -> dict[str, str]:
    return {"name": key.name, "key": key.public, "fingerprint": key.fingerprint}
