from __future__ import annotations

from contextlib import closing

from ssc_tui.catalogue.practice import DATASET
from ssc_tui.paths import Home
from ssc_tui.store import reader
from ssc_tui.store.connection import connect
from ssc_tui.store.copy import open_copy
from ssc_tui.store.doctor import examine
from ssc_tui.store.practice import ORIGIN, plant
from ssc_tui.store.writer import write_note


def test_it_has_folders_of_its_own(home: Home) -> None:
    practice = home.for_practice()
    plant(practice)
    assert not home.database.exists()
    with closing(open_copy(practice).connection) as copy:
        meta = reader.meta(copy)
        assert (meta["dataset"], meta["origin"]) == (DATASET, ORIGIN)
        assert reader.totals(copy)["partners"] == 60
        assert [finding for finding in examine(copy) if not finding.ok] == []


def test_a_copy_of_an_older_version_gets_the_documents_of_this_one_and_keeps_notes(home: Home) -> None:
    plant(home)
    write_note(home.database, "partners", "practice-00", "Tried this.")
    with closing(connect(home.database)) as copy:
        copy.execute("UPDATE meta SET value = '0' WHERE key = 'seed'")
        copy.execute("DELETE FROM record WHERE kind = 'partners'")
    plant(home)
    with closing(connect(home.database)) as copy:
        assert reader.totals(copy)["partners"] == 60
        assert [note.text for note in reader.notes(copy)] == ["Tried this."]
        assert [finding for finding in examine(copy) if not finding.ok] == []


def test_a_copy_of_this_version_is_left_as_it_is(home: Home) -> None:
    plant(home)
    before = home.database.read_bytes()
    plant(home)
    assert home.database.read_bytes() == before
