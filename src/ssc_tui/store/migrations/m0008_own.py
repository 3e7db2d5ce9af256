"""What people keep for themselves, as it is carried between their laptops: notes, bookmarks and saved searches, and whose each is."""

from __future__ import annotations

from sqlite3 import Connection

WHO = "coalesce((SELECT json_extract(value, '$') FROM remote WHERE key = 'person'), '')"
"""In a statement, whose notes, bookmarks and searches are shown now, and whose is what is written now."""

_MILLISECONDS = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
NEW_ID = (
    f"lower(printf('%08x-%04x-7%03x-%04x-%s', {_MILLISECONDS} >> 16, {_MILLISECONDS} & 65535, abs(random()) & 4095,"
    " 32768 | (abs(random()) & 16383), hex(randomblob(6))))"
)
"""In a statement, a UUID of version 7, as `catalogue.ids` makes them."""

_BY_HAND = "NOT EXISTS (SELECT 1 FROM remote WHERE key = 'turning')"
"""Whether a person writes, and not the program because somebody else signed in."""

_REF = "{0}.kind || '/' || {0}.record_id"

_STATEMENTS = (
    """CREATE TABLE IF NOT EXISTS saved_search (name TEXT NOT NULL PRIMARY KEY, section TEXT NOT NULL, query TEXT NOT NULL,
        saved_at TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS own (id TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, form TEXT NOT NULL, ref TEXT NOT NULL,
        said TEXT NOT NULL, stamp INTEGER, gone INTEGER NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS own_by_ref ON own (form, ref)",
    f"""CREATE TRIGGER IF NOT EXISTS note_kept AFTER INSERT ON note WHEN {_BY_HAND} BEGIN
        INSERT OR IGNORE INTO own VALUES (new.id, {WHO}, 'note', {_REF.format("new")},
            json_object('text', new.text, 'at', new.written_at), NULL, 0); END""",
    f"""CREATE TRIGGER IF NOT EXISTS note_gone AFTER DELETE ON note WHEN {_BY_HAND} BEGIN
        UPDATE own SET gone = 1 WHERE id = old.id AND gone = 0; END""",
    f"""CREATE TRIGGER IF NOT EXISTS bookmark_kept AFTER INSERT ON bookmark WHEN {_BY_HAND} AND NOT EXISTS (SELECT 1 FROM own
            WHERE form = 'bookmark' AND ref = {_REF.format("new")} AND owner = {WHO} AND gone = 0) BEGIN
        INSERT INTO own VALUES ({NEW_ID}, {WHO}, 'bookmark', {_REF.format("new")}, json_object('at', new.marked_at), NULL, 0); END""",
    f"""CREATE TRIGGER IF NOT EXISTS bookmark_gone AFTER DELETE ON bookmark WHEN {_BY_HAND} BEGIN
        UPDATE own SET gone = 1 WHERE form = 'bookmark' AND ref = {_REF.format("old")} AND owner = {WHO} AND gone = 0; END""",
    f"""CREATE TRIGGER IF NOT EXISTS search_kept AFTER INSERT ON saved_search WHEN {_BY_HAND} AND NOT EXISTS (SELECT 1 FROM own
            WHERE form = 'search' AND ref = new.name AND owner = {WHO} AND gone = 0) BEGIN
        INSERT INTO own VALUES ({NEW_ID}, {WHO}, 'search', new.name,
            json_object('section', new.section, 'query', new.query, 'at', new.saved_at), NULL, 0); END""",
    f"""CREATE TRIGGER IF NOT EXISTS search_gone AFTER DELETE ON saved_search WHEN {_BY_HAND} BEGIN
        UPDATE own SET gone = 1 WHERE form = 'search' AND ref = old.name AND owner = {WHO} AND gone = 0; END""",
    f"""INSERT OR IGNORE INTO own SELECT id, {WHO}, 'note', {_REF.format("note")}, json_object('text', text, 'at', written_at), NULL, 0
        FROM note""",
    f"""INSERT INTO own SELECT {NEW_ID}, {WHO}, 'bookmark', {_REF.format("bookmark")}, json_object('at', marked_at), NULL, 0 FROM bookmark
        WHERE NOT EXISTS (SELECT 1 FROM own WHERE form = 'bookmark' AND ref = {_REF.format("bookmark")} AND gone = 0)""",
)


def upgrade(copy: Connection) -> None:
    """Make the tables `saved_search` and `own`, and take up in `own` what is written in the tables that show it."""
    for statement in _STATEMENTS:
        copy.execute(statement)
