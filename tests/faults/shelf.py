"""One collection of a fake Kinto: rows under timestamps that rise, with what can go wrong between writing and reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


@dataclass
class Shelf:
    """The rows of one collection and the tombstones of what was in it; `clock` gives milliseconds."""

    clock: Callable[[], int]
    made: int
    rows: dict[str, Row] = field(default_factory=dict)
    graves: dict[str, Row] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)
    """The timestamp that each row had before its last change."""
    etag: int = 0
    """The highest timestamp that readers see; a past-dated row does not raise it."""
    highest: int = 0
    """The highest timestamp ever given, to a row that is visible or not."""
    held: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        """An empty collection has a timestamp too."""
        self.etag = self.highest = self.made

    def write(self, record_id: str, document: Row) -> Row:
        """Keep the document under a new timestamp, or under its own `last_modified` where Kinto accepts that; returns the row."""
        return self._show(self._stamped(record_id, document))

    def bury(self, record_id: str) -> Row:
        """Leave a tombstone in place of a row; returns it."""
        del self.rows[record_id]
        grave = self.graves[record_id] = {"id": record_id, "last_modified": self._next(), "deleted": True}
        self.etag = max(self.etag, grave["last_modified"])
        return grave

    def hold(self, record_id: str, document: Row) -> None:
        """Write a row under the timestamp of now that becomes visible by `release`: a transaction that commits late."""
        self.held.append(self._stamped(record_id, document))

    def release(self) -> None:
        """Commit what was held; what was written or deleted since is newer and stays."""
        for row in self.held:
            others = (self.rows.get(row["id"]), self.graves.get(row["id"]))
            if all(other is None or other["last_modified"] < row["last_modified"] for other in others):
                self._show(row)
        self.held.clear()

    def purge(self) -> set[str]:
        """Forget the tombstones, as `kinto purge-deleted` does: the ETag falls to the newest row left. Returns the ids forgotten."""
        gone = set(self.graves)
        self.graves.clear()
        self.etag = max([self.made, *(row["last_modified"] for row in self.rows.values())])
        self.highest = max(self.etag, min(self.highest, self.clock()))
        return gone

    def _next(self) -> int:
        self.highest = max(self.clock(), self.highest + 1)
        return self.highest

    def _stamped(self, record_id: str, document: Row) -> Row:
        wanted, before = document.get("last_modified"), self.rows.get(record_id)
        if not isinstance(wanted, int) or (before and wanted <= before["last_modified"]):
            wanted = self._next()
        elif wanted == self.highest:
            wanted += 1
        self.highest = max(self.highest, wanted)
        return {**document, "id": record_id, "last_modified": wanted}

    def _show(self, row: Row) -> Row:
        if before := self.rows.get(row["id"]):
            self.replaced[row["id"]] = before["last_modified"]
        self.graves.pop(row["id"], None)
        self.rows[row["id"]] = row
        self.etag = max(self.etag, row["last_modified"])
        return row
