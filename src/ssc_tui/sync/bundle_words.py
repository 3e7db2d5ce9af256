"""What is told of a bundle, the same by command and on the screen."""

from __future__ import annotations

from ssc_tui.i18n import _, ngettext
from ssc_tui.moments import local_time
from ssc_tui.sync.bundle_form import Manifest
from ssc_tui.sync.bundle_read import Read
from ssc_tui.sync.bundle_write import Written
from ssc_tui.text import one_line


def written(made: Written) -> list[str]:
    """What was written, in sentences."""
    lines = [_("Written: {file}, {kb:,} kB.").format(file=made.file, kb=max(1, made.size // 1000)), _holds(made.manifest)]
    if made.riding.edits:
        edits = ngettext("{n} edit rides along", "{n} edits ride along", len(made.riding.edits)).format(n=len(made.riding.edits))
        lines.append(_("{edits}; what left in a bundle is not taken back any more.").format(edits=edits))
    return lines


def origin(read: Read) -> list[str]:
    """Where a bundle that was read comes from, in sentences."""
    manifest = read.manifest
    author = one_line(read.signer.name if read.signer and read.trusted else manifest.author) or _("somebody without a name")
    created = local_time(manifest.created)
    if read.signer is None:
        said = _("Written by nobody knows whom, on {created}.").format(created=created)
    elif not read.trusted:
        said = _("Written on {created}; whoever signed it says to be {author}, with a key that you do not trust: {fingerprint}.").format(
            created=created, author=author, fingerprint=read.signer.fingerprint
        )
    else:
        said = _("Written by {author} on {created}.").format(author=author, created=created)
    return [said, _holds(manifest)]


def _holds(manifest: Manifest) -> str:
    if not manifest.collections:
        return _("No records: the copy that it was written from holds what came with ssc-tui.")
    records = ngettext("{n:,} record", "{n:,} records", manifest.records).format(n=manifest.records)
    if manifest.since:
        return _("{records} of {dataset}, those that changed since {when}.").format(
            records=records, dataset=one_line(manifest.dataset), when=local_time(manifest.since)
        )
    if not manifest.whole:
        return _("{records} of {dataset}, as far as they had been received.").format(records=records, dataset=one_line(manifest.dataset))
    if manifest.synced_at:
        return _("{records}: all of {dataset}, as synced on {when}.").format(
            records=records, dataset=one_line(manifest.dataset), when=local_time(manifest.synced_at)
        )
    return _("{records}: all of {dataset}.").format(records=records, dataset=one_line(manifest.dataset))
