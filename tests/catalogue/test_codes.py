import csv
import subprocess
import sys
from pathlib import Path

import pytest

from ssc_tui.catalogue import codes
from ssc_tui.catalogue.kinds import KINDS

FACTS = Path(__file__).resolve().parents[2] / "data" / "facts"


def used(table: str, column: str) -> set[str]:
    with (FACTS / table).open(encoding="utf-8", newline="") as file:
        return {code for row in csv.DictReader(file) for code in row[column].split(";") if code}


def test_iati_lists_are_complete() -> None:
    types = "10 11 15 21 22 23 24 30 40 60 70 71 72 73 80 90"
    assert list(codes.ORGANISATION_TYPE) == types.split()
    assert list(codes.ACTIVITY_STATUS) == list("123456")
    assert list(codes.SIGNIFICANCE) == list("012")


@pytest.mark.parametrize(
    ("list_name", "code", "words"),
    [
        ("organisation_type", "24", "Partner Country based NGO"),
        ("activity_status", "4", "Closed"),
        ("modality", "south_south", "South-South"),
        ("project_role", "funder", "Funder"),
        ("record_kind", "exchanges", "Exchange"),
        ("record_kinds", "exchanges", "Exchanges"),
        ("language", "sw", "Swahili"),
        ("significance", 2, "principal objective"),
    ],
)
def test_label_gives_the_words(list_name: str, code: str | int, words: str) -> None:
    assert codes.label(list_name, code) == words


def test_a_code_that_no_list_holds_is_shown_as_it_is() -> None:
    assert codes.label("modality", "regional") == "regional"
    assert codes.label("significance", 4) == "4"


def test_a_list_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(KeyError):
        codes.label("modalities", "south_south")


def test_words_are_translated_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "_", {"Triangular": "Triangulaire"}.get)
    assert codes.label("modality", "triangular") == "Triangulaire"


def test_every_kind_of_record_has_a_singular_and_a_plural() -> None:
    assert set(codes.RECORD_KIND) == set(codes.RECORD_KINDS) == set(KINDS)


@pytest.mark.parametrize(
    ("list_name", "table", "column"),
    [
        ("organisation_type", "partners.csv", "kind"),
        ("language", "partners.csv", "languages"),
        ("modality", "projects.csv", "modality"),
        ("activity_status", "projects.csv", "status"),
        ("project_role", "project_partners.csv", "role"),
        ("area_kind", "priority_areas.csv", "kind"),
        ("solution_stage", "solutions.csv", "stage"),
        ("publication_kind", "publications.csv", "kind"),
    ],
)
def test_every_code_of_the_facts_has_words(list_name: str, table: str, column: str) -> None:
    assert used(table, column) <= set(codes.CODES[list_name])


@pytest.mark.parametrize("module", ["codes", "countries"])
def test_import_loads_the_standard_library_alone(module: str) -> None:
    program = (
        "import sys; before = set(sys.modules)\n"
        f"import ssc_tui.catalogue.{module}\n"
        "roots = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(*sorted(roots - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["ssc_tui"]
