import csv
import shutil
from pathlib import Path

import pytest

from ssc_tui.formats.facts_check import check_facts
from ssc_tui.formats.facts_tables import TABLES

FACTS = Path(__file__).resolve().parents[2] / "data" / "facts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS, tmp_path / "facts", copy_function=shutil.copyfile))


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, table: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(table)


def test_the_facts_are_in_order() -> None:
    assert check_facts(FACTS) == []


def test_every_file_of_the_folder_is_checked() -> None:
    assert {path.name for path in FACTS.glob("*.csv")} == set(TABLES)


@pytest.mark.parametrize("name", list(TABLES))
def test_a_missing_table_is_told_alone(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert check_facts(folder) == [f"{name}: is missing"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"id,name", b"\xef\xbb\xbfid,name", "funds.csv: begins with a byte order mark"),
        (b"\n", b"\r\n", "funds.csv: has carriage returns, where lines end with a line feed alone"),
        (b"Norec", b"Nor\xe9c", "funds.csv: is not UTF-8: invalid continuation byte at byte 82"),
        (b"id,name", b"id,title",
         "funds.csv:1: columns must be id,name,manager_partner_id,founded,contributors,description,source"),
        (b"\nnorec-grant,", b"\nextra,norec-grant,", "funds.csv:2: 8 cells where 7 belong"),
        (b'"India-UN', b'"India"-UN', "funds.csv:4: ',' expected after '\"'"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_told_alone(folder: Path, old: bytes, new: bytes, message: str) -> None:
    path = folder / "funds.csv"
    path.write_bytes(path.read_bytes().replace(old, new))
    assert check_facts(folder) == [message]


def test_an_empty_file_is_no_table(folder: Path) -> None:
    (folder / "funds.csv").write_bytes(b"")
    assert [problem[:29] for problem in check_facts(folder)] == ["funds.csv:1: columns must be "]


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "problems"),
    [
        ("partners.csv", "norec", "name", "", ["name is empty"]),
        ("partners.csv", "norec", "name", " Norec", ["name has outer blanks"]),
        ("partners.csv", "norec", "kind", "12", ["kind '12' is unknown"]),
        ("partners.csv", "norec", "country", "XX", ["country 'XX' names no row of countries.csv"]),
        ("partners.csv", "norec", "roles", "donor", ["roles 'donor' is unknown"]),
        ("partners.csv", "norec", "priority_areas", "health;wealth",
         ["priority_areas 'wealth' names no row of priority_areas.csv"]),
        ("partners.csv", "norec", "priority_areas", "health;health", ["priority_areas repeats an item"]),
        ("partners.csv", "norec", "languages", "nor", ["languages 'nor' has the wrong form"]),
        ("partners.csv", "norec", "founded", "962", ["founded '962' has the wrong form"]),
        ("partners.csv", "norec", "website", "www.norec.no", ["website 'www.norec.no' has the wrong form"]),
        ("partners.csv", "norec", "source", "", ["source is empty"]),
        ("partners.csv", "norec", "source", "/home/somebody/facts.txt", ["source names a folder of somebody's machine"]),
        ("partners.csv", "norec", "source", "https://example.org/home/facts", []),
        ("priority_areas.csv", "health", "kind", "sector", ["kind 'sector' is unknown"]),
        ("priority_areas.csv", "health", "parent_id", "health", ["is its own parent"]),
        ("priority_areas.csv", "health", "sdgs", "18", ["sdgs '18' is unknown"]),
        ("priority_areas.csv", "health", "dac_sectors", "12", ["dac_sectors '12' has the wrong form"]),
        ("countries.csv", "KE", "south", "yes", ["south 'yes' has the wrong form"]),
        ("countries.csv", "KE", "latitude", "91", ["latitude is off the globe"]),
        ("countries.csv", "KE", "longitude", "-180.5", ["longitude is off the globe"]),
        ("countries.csv", "KE", "longitude", "east", ["longitude 'east' has the wrong form"]),
        ("countries.csv", "KE", "latitude", "", ["latitude is empty"]),
        ("countries.csv", "AQ", "code", "aq", ["code 'aq' has the wrong form"]),
        ("capacities.csv", "daad", "direction", "both", ["direction 'both' is unknown"]),
        ("capacities.csv", "daad", "topic", "", ["topic is empty"]),
        ("funds.csv", "pgtf", "manager_partner_id", "", ["manager_partner_id is empty"]),
        ("funds.csv", "pgtf", "contributors", "nobody", ["contributors 'nobody' names no row of partners.csv"]),
        ("projects.csv", "norec-nhrc-csf", "modality", "regional", ["modality 'regional' is unknown"]),
        ("projects.csv", "norec-nhrc-csf", "status", "7", ["status '7' is unknown"]),
        ("projects.csv", "norec-nhrc-csf", "start_date", "2017-13-01", ["start_date '2017-13-01' has the wrong form"]),
        ("projects.csv", "norec-nhrc-csf", "start_date", "2018-10-20", ["start_date and start_year differ"]),
        ("projects.csv", "norec-nhrc-csf", "end_date", "2016-12-31",
         ["end_date and end_year differ", "ends before it starts"]),
        ("projects.csv", "norec-sweet-potato", "end_year", "2023", ["ends before it starts"]),
        ("projects.csv", "norec-sweet-potato", "end_year", "2024", []),
        ("projects.csv", "ibsa-sudan-youth", "end_year", "2014", []),
        ("projects.csv", "norec-nhrc-csf", "cross_cutting", "health", ["cross_cutting 'health' is no cross-cutting issue"]),
        ("projects.csv", "norec-nhrc-csf", "fund_id", "nobody", ["fund_id 'nobody' names no row of funds.csv"]),
        ("projects.csv", "norec-nhrc-csf", "coordinator_partner_id", "norec",
         ["coordinator_partner_id differs from project_partners.csv"]),
        ("projects.csv", "norec-nhrc-csf", "budget", "-1", ["budget '-1' has the wrong form"]),
        ("projects.csv", "norec-nhrc-csf", "budget", "", ["budget and currency go together"]),
        ("projects.csv", "norec-nhrc-csf", "currency", "dollar", ["currency 'dollar' has the wrong form"]),
        ("project_partners.csv", "norec-nhrc-csf", "role", "donor", ["role 'donor' is unknown"]),
        ("project_partners.csv", "norec-nhrc-csf", "sent", "some", ["sent 'some' has the wrong form"]),
        ("project_partners.csv", "norec-nhrc-csf", "hosted", "1.5", ["hosted '1.5' has the wrong form"]),
        ("project_partners.csv", "norec-nhrc-csf", "partner_id", "", ["partner_id is empty"]),
        ("solutions.csv", "rocket-stoves", "stage", "sold", ["stage 'sold' is unknown"]),
        ("solutions.csv", "rocket-stoves", "project_id", "none", ["project_id 'none' names no row of projects.csv"]),
        ("publications.csv", "norec-strategy", "kind", "novel", ["kind 'novel' is unknown"]),
        ("publications.csv", "norec-strategy", "url", "ftp://x", ["url 'ftp://x' has the wrong form"]),
        ("publications.csv", "norec-strategy", "related_ids", "KE",
         ["related_ids 'KE' names no row of partners.csv or projects.csv or priority_areas.csv or solutions.csv"
          " or publications.csv or funds.csv"]),
        ("figures.csv", "fao", "value", "many", ["value 'many' has the wrong form"]),
        ("figures.csv", "fao", "unit", "", ["unit is empty"]),
        ("area_names.csv", "health", "pt", "", ["pt is empty"]),
        ("area_synonyms.csv", "health", "area_id", "wealth", ["area_id 'wealth' names no row of priority_areas.csv"]),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_told_with_its_line(folder: Path, table: str, key: str, column: str, value: str, problems: list[str]) -> None:
    known = rows(folder / table)
    line = next(number for number, row in enumerate(known) if row[0] == key)
    known[line][known[0].index(column)] = value
    write(folder / table, known)
    told = [problem for problem in check_facts(folder) if problem.startswith(f"{table}:{line + 1}: ")]
    assert told == [f"{table}:{line + 1}: {problem}" for problem in problems]


def test_a_row_that_says_the_same_thing_again_is_told(folder: Path) -> None:
    for name in TABLES:
        known = rows(folder / name)
        write(folder / name, [*known, known[-1], known[-1]])
    told = check_facts(folder)
    for name, table in TABLES.items():
        last = len(rows(folder / name))
        for line in (last - 1, last):
            assert f"{name}:{line}: repeats {', '.join(table.key)} of line {last - 2}" in told


def test_an_id_in_two_tables_is_told(folder: Path) -> None:
    known = rows(folder / "funds.csv")
    known[1][0] = "norec"
    write(folder / "funds.csv", known)
    assert "funds.csv:2: id 'norec' is in partners.csv too" in check_facts(folder)


@pytest.mark.parametrize(
    ("table", "key", "message"),
    [
        ("priority_areas.csv", "sdg-17", "priority_areas.csv: sdg-17 is missing"),
        ("area_names.csv", "health", "area_names.csv: health has no row"),
    ],
)
def test_a_row_that_must_be_there_is_missed(folder: Path, table: str, key: str, message: str) -> None:
    write(folder / table, [row for row in rows(folder / table) if row[0] != key])
    assert message in check_facts(folder)


def test_a_line_is_the_one_on_which_the_row_ends(folder: Path) -> None:
    known = rows(folder / "funds.csv")
    known[1][known[0].index("description")] = "first line\nsecond line"
    known[2][known[0].index("source")] = ""
    write(folder / "funds.csv", known)
    assert check_facts(folder) == ["funds.csv:4: source is empty"]
