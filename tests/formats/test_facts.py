import csv
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ssc_tui.catalogue.documents import problems
from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.formats.facts import FactsError, read_facts
from ssc_tui.formats.facts_tables import RECORD_TABLES

FACTS = Path(__file__).resolve().parents[2] / "data" / "facts"

Documents = dict[str, list[dict[str, Any]]]
Edit = Callable[..., None]


def rows(table: str, folder: Path = FACTS) -> list[dict[str, str]]:
    with (folder / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def facts() -> Documents:
    return read_facts(FACTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FACTS, tmp_path / "facts", copy_function=shutil.copyfile))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Set cells in the rows of a table that have the given values."""

    def edited(table: str, where: dict[str, str], **cells: str) -> None:
        known = rows(table, folder)
        found = [row for row in known if where.items() <= row.items()]
        assert found
        for row in found:
            row.update(cells)
        with (folder / table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(known[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(known)

    return edited


def one(documents: list[dict[str, Any]], record_id: str) -> dict[str, Any]:
    (found,) = (document for document in documents if document["id"] == record_id)
    return found


def test_every_record_is_read(facts: Documents) -> None:
    assert {kind: len(documents) for kind, documents in facts.items()} == {
        "partners": 225,
        "projects": 226,
        "exchanges": 2,
        "areas": 69,
        "solutions": 42,
        "publications": 47,
        "funds": 12,
        "contributions": 0,
    }
    assert tuple(facts) == KINDS


def test_documents_are_of_their_kind_and_in_the_order_of_their_ids(facts: Documents) -> None:
    for kind, documents in facts.items():
        ids = [document["id"] for document in documents]
        assert ids == sorted(set(ids))
        assert [problems(kind, document) for document in documents] == [[]] * len(documents)


def values(value: object) -> Iterator[object]:
    yield value
    if isinstance(value, dict | list):
        for inside in value.values() if isinstance(value, dict) else value:
            yield from values(inside)


def test_nothing_empty_is_written(facts: Documents) -> None:
    for value in values(facts | {"contributions": 0}):
        assert value not in (None, "", [], {})


def test_every_figure_is_in_its_record(facts: Documents) -> None:
    columns = ("year", "measure", "value", "unit", "source")
    found = [
        (document["id"], *(str(figure.get(column, "")) for column in columns))
        for documents in facts.values()
        for document in documents
        for figure in document.get("figures", [])
    ]
    assert len(found) == 151
    assert sorted(found) == sorted((row["subject_id"], *(row[column] for column in columns)) for row in rows("figures.csv"))


def test_norecs_figures_of_2019(facts: Documents) -> None:
    norec = one(facts["partners"], "norec")
    of_2019 = {figure["measure"]: figure["value"] for figure in norec["figures"] if figure.get("year") == 2019}
    assert of_2019 == {
        "projects supported": 80,
        "participants exchanged": 615,
        "South-South projects": 50,
        "triangular projects": 6,
        "partner organisations in South-South and triangular projects": 161,
        "countries": 25,
        "partner organisations, all projects": 228,
    }


def test_every_capacity_is_on_its_side_of_the_partner(facts: Documents) -> None:
    found = [
        (partner["id"], side, item["area"], item["topic"], item["source"])
        for partner in facts["partners"]
        for side in ("brings", "seeks")
        for item in partner.get(side, [])
    ]
    sides = {"offer": "brings", "need": "seeks"}
    stated = [
        (row["partner_id"], sides[row["direction"]], row["priority_area"], row["topic"], row["source"]) for row in rows("capacities.csv")
    ]
    assert len(found) == 87
    assert sorted(found) == sorted(stated)


def test_capacities_are_numbered_in_the_order_of_the_file(facts: Documents) -> None:
    norec = one(facts["partners"], "norec")
    assert [(item["id"], item["area"]) for item in norec["brings"]] == [
        ("norec-brings-1", "personnel-exchange"),
        ("norec-brings-2", "knowledge-exchange"),
    ]
    assert one(facts["partners"], "amexcid")["seeks"][0]["id"] == "amexcid-seeks-1"


def test_every_participant_is_in_its_project(facts: Documents) -> None:
    found = [(project["id"], item["partner"], item["role"]) for project in facts["projects"] for item in project.get("partners", [])]
    assert len(found) == 467
    assert sorted(found) == sorted((row["project_id"], row["partner_id"], row["role"]) for row in rows("project_partners.csv"))


def test_nepal_sent_seven_and_bangladesh_six(facts: Documents) -> None:
    source = "https://nhrc.gov.np/projects/enhancing-capacity-on-evidence-based-programming-on-health/"
    shared = {
        "project": "norec-nhrc-csf",
        "start": "2017-10-20",
        "end": "2020-12-31",
        "sources": [{"ref": source}],
    }
    assert facts["exchanges"] == [
        {"id": "norec-nhrc-csf-csf-global-nhrc-nepal", "sender": "csf-global", "host": "nhrc-nepal", "actual": 6} | shared,
        {"id": "norec-nhrc-csf-nhrc-nepal-csf-global", "sender": "nhrc-nepal", "host": "csf-global", "actual": 7} | shared,
    ]


SOURCED = [(table, kind, "id") for table, kind in RECORD_TABLES.items()] + [("project_partners.csv", "projects", "project_id")]


@pytest.mark.parametrize(("table", "kind", "column"), SOURCED)
def test_every_source_is_in_the_document(facts: Documents, table: str, kind: str, column: str) -> None:
    for row in rows(table):
        refs = [source["ref"] for source in one(facts[kind], row[column])["sources"]]
        assert set(row["source"].split("; ")) <= set(refs)
        assert len(refs) == len(set(refs))


def test_no_source_is_made_up(facts: Documents) -> None:
    stated = {ref for table, _, _ in SOURCED for row in rows(table) for ref in row["source"].split("; ")}
    found = {source["ref"] for documents in facts.values() for each in documents for source in each["sources"]}
    assert found == stated


RENAMED = {
    "priority_areas": "areas",
    "dac_sectors": "sectors",
    "parent_id": "parent",
    "manager_partner_id": "manager",
    "fund_id": "fund",
    "provider_partner_id": "provider",
    "project_id": "project",
    "publisher_partner_id": "publisher",
}
TOLD_OTHERWISE = {
    "source", "roles", "coordinator_partner_id", "start_year", "start_date", "end_year", "end_date", "related_ids", "cross_cutting",
}  # fmt: skip


@pytest.mark.parametrize(("table", "kind"), RECORD_TABLES.items())
def test_every_cell_of_the_records_is_in_the_document(facts: Documents, table: str, kind: str) -> None:
    renamed = RENAMED | ({"description": "abstract"} if kind == "publications" else {})
    for row in rows(table):
        document = one(facts[kind], row["id"])
        for column in row.keys() - TOLD_OTHERWISE:
            value = document.get(renamed.get(column, column), "")
            assert row[column] == (";".join(map(str, value)) if isinstance(value, list) else str(value)), (row, column)


def test_dates_of_projects_are_as_exact_as_they_are_known(facts: Documents) -> None:
    for row in rows("projects.csv"):
        project = one(facts["projects"], row["id"])
        assert project.get("start", "") == (row["start_date"] or row["start_year"])
        assert project.get("end", "") == (row["end_date"] or row["end_year"])


def test_a_coordinator_is_a_partner_in_that_role(facts: Documents) -> None:
    stated = {row["id"]: row["coordinator_partner_id"] for row in rows("projects.csv")}
    found = {
        project["id"]: next((each["partner"] for each in project.get("partners", []) if each["role"] == "coordinator"), "")
        for project in facts["projects"]
    }
    assert found == stated


def test_significance_of_cross_cutting_issues_is_not_stated(facts: Documents) -> None:
    issues = [issue for project in facts["projects"] for issue in project.get("cross_cutting", [])]
    assert len(issues) == sum(len(row["cross_cutting"].split(";")) for row in rows("projects.csv") if row["cross_cutting"])
    assert all(set(issue) == {"area"} for issue in issues)


def test_partners_have_no_roles(facts: Documents) -> None:
    assert not any("roles" in partner for partner in facts["partners"])


def test_areas_have_names_and_synonyms_in_four_languages(facts: Documents) -> None:
    health = one(facts["areas"], "health")
    assert health["names"] == {"en": "Health", "fr": "Santé", "es": "Salud", "pt": "Saúde"}
    assert {"en": "midwife", "fr": "sage-femme", "es": "partera", "pt": "parteira"} in health["synonyms"]
    assert sum(len(area.get("synonyms", [])) for area in facts["areas"]) == len(rows("area_synonyms.csv"))
    assert all(len(area["names"]) == 4 for area in facts["areas"])


def test_publications_name_related_records_with_their_kind(facts: Documents) -> None:
    assert one(facts["publications"], "norec-annual-2024")["related"] == [
        "partners/norec",
        "projects/norec-pelum-fachig",
    ]
    everything = {f"{kind}/{document['id']}" for kind, documents in facts.items() for document in documents}
    named = Counter(ref for publication in facts["publications"] for ref in publication.get("related", []))
    assert set(named) <= everything
    assert named.total() == sum(len(row["related_ids"].split(";")) for row in rows("publications.csv"))


def refused(folder: Path) -> FactsError:
    with pytest.raises(FactsError) as caught:
        read_facts(folder)
    return caught.value


NHRC = {"project_id": "norec-nhrc-csf", "partner_id": "nhrc-nepal"}
CSF = {"project_id": "norec-nhrc-csf", "partner_id": "csf-global"}
NOREC = {"project_id": "norec-nhrc-csf", "partner_id": "norec"}


def flows(folder: Path) -> set[tuple[str, str, int]]:
    return {(each["sender"], each["host"], each["actual"]) for each in read_facts(folder)["exchanges"]}


def test_one_way_exchange(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", NHRC, hosted="")
    edit("project_partners.csv", CSF, sent="")
    assert flows(folder) == {("nhrc-nepal", "csf-global", 7)}


def test_one_sender_with_several_hosts(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", NHRC, hosted="")
    edit("project_partners.csv", CSF, sent="", hosted="4")
    edit("project_partners.csv", NOREC, hosted="3")
    assert flows(folder) == {("nhrc-nepal", "csf-global", 4), ("nhrc-nepal", "norec", 3)}


def test_one_host_with_several_senders(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", NHRC, sent="", hosted="8")
    edit("project_partners.csv", CSF, hosted="")
    edit("project_partners.csv", NOREC, sent="2")
    assert flows(folder) == {("csf-global", "nhrc-nepal", 6), ("norec", "nhrc-nepal", 2)}


def test_that_nobody_went_is_a_statement(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", NHRC, hosted="0")
    edit("project_partners.csv", CSF, sent="0")
    assert flows(folder) == {("nhrc-nepal", "csf-global", 7), ("csf-global", "nhrc-nepal", 0)}


def test_numbers_that_disagree_are_refused(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", CSF, hosted="8")
    error = refused(folder)
    assert error.file == "project_partners.csv"
    assert error.line == 2 + next(i for i, row in enumerate(rows("project_partners.csv")) if CSF.items() <= row.items())
    assert str(error) == f"project_partners.csv:{error.line}: hosted 8 does not agree with what the other partners state"


def test_several_senders_that_disagree_with_the_host_are_refused(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", NHRC, hosted="")
    edit("project_partners.csv", CSF, sent="", hosted="4")
    edit("project_partners.csv", NOREC, hosted="2")
    assert "sent 7 does not agree" in str(refused(folder))


@pytest.mark.parametrize("side", ["sent", "hosted"])
def test_one_side_alone_does_not_say_who_went_where(folder: Path, edit: Edit, side: str) -> None:
    edit("project_partners.csv", NHRC, sent="", hosted="")
    edit("project_partners.csv", CSF, sent="", hosted="")
    edit("project_partners.csv", NOREC, **{side: "5"})
    assert "sent and hosted in norec-nhrc-csf do not say who went where" in str(refused(folder))


def test_three_partners_in_both_directions_do_not_say_who_went_where(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", NOREC, sent="2", hosted="2")
    assert "do not say who went where" in str(refused(folder))


def test_a_partner_that_states_twice_who_it_sent_is_refused(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", NOREC, partner_id="nhrc-nepal", sent="7")
    assert str(refused(folder)).endswith("sent is stated twice for nhrc-nepal")


def test_exchanges_whose_ids_fall_together_are_refused(folder: Path, edit: Edit) -> None:
    edit("project_partners.csv", {"project_id": "norec-nhrc-csf"}, sent="", hosted="")
    participants = Counter(row["project_id"] for row in rows("project_partners.csv"))
    free = [row["id"] for row in rows("projects.csv") if not row["coordinator_partner_id"]]
    taken = {row["project_id"] for row in rows("solutions.csv")} | {row["subject_id"] for row in rows("figures.csv")}
    taken |= {ref for row in rows("publications.csv") for ref in row["related_ids"].split(";")}
    pairs = [each for each in free if participants[each] == 2 and each not in taken]
    for project, name, sender in (pairs[0], "x", "y-a"), (pairs[1], "x-y", "a"):
        edit("projects.csv", {"id": project}, id=name)
        first, second = (row for row in rows("project_partners.csv") if row["project_id"] == project)
        edit("project_partners.csv", first, project_id=name, partner_id=sender, sent="1")
        edit("project_partners.csv", second, project_id=name, partner_id="b", hosted="1")
    assert str(refused(folder)).endswith("id 'x-y-a-b' is made twice")


@pytest.mark.parametrize(
    ("table", "where", "cells", "message"),
    [
        ("partners.csv", {"id": "norec"}, {"country": "Norway"},
         "country: must be a country code of two capitals, such as KE"),
        ("partners.csv", {"id": "norec"}, {"founded": "long ago"}, "founded 'long ago' is no number"),
        ("partners.csv", {"id": "norec"}, {"name": ""}, "name: is required"),
        ("partners.csv", {"id": "norec"}, {"id": "ibsa-fund"}, "id 'ibsa-fund' is taken by partners/ibsa-fund"),
        ("priority_areas.csv", {"id": "health"}, {"sdgs": "3;x"}, "sdgs 'x' is no number"),
        ("projects.csv", {"id": "norec-nhrc-csf"}, {"budget": "much"}, "budget 'much' is no number"),
        ("projects.csv", {"id": "norec-nhrc-csf"}, {"coordinator_partner_id": "fao"},
         "the coordinator is not in project_partners.csv"),
        ("projects.csv", {"id": "norec-nhrc-csf"}, {"start_date": "2017-10-32"},
         "start: must be a date: 2024, 2024-05 or 2024-05-17"),
        ("capacities.csv", {"partner_id": "daad"}, {"direction": "both"},
         "direction 'both' is neither offer nor need"),
        ("capacities.csv", {"partner_id": "daad"}, {"partner_id": "health"},
         "partner_id 'health' names no record of partners"),
        ("figures.csv", {"subject_id": "norec", "value": "615"}, {"subject_id": "norek"},
         "subject_id 'norek' names no record of partners or projects or areas or solutions or publications or funds"),
        ("project_partners.csv", NOREC, {"project_id": "norec"}, "project_id 'norec' names no record of projects"),
        ("area_names.csv", {"area_id": "health"}, {"area_id": "wealth"},
         "area_id 'wealth' names no record of areas"),
        ("area_synonyms.csv", {"en": "midwife"}, {"area_id": "norec"}, "area_id 'norec' names no record of areas"),
        ("publications.csv", {"id": "norec-annual-2024"}, {"related_ids": "norec;nobody"},
         "related_ids nobody names no record"),
    ],
)  # fmt: skip
def test_facts_that_make_no_document_are_refused(
    folder: Path, edit: Edit, table: str, where: dict[str, str], cells: dict[str, str], message: str
) -> None:
    edit(table, where, **cells)
    assert str(refused(folder)).endswith(f": {message}")


def test_two_problems_of_a_row_are_told_at_once(folder: Path, edit: Edit) -> None:
    edit("partners.csv", {"id": "norec"}, country="Norway", founded="20")
    assert "; " in refused(folder).message


def test_a_table_that_is_not_there_is_refused(folder: Path) -> None:
    (folder / "area_names.csv").unlink()
    assert str(refused(folder)) == "area_names.csv: is missing"


def test_numbers_are_whole_where_they_can_be(folder: Path, edit: Edit) -> None:
    edit("projects.csv", {"id": "norec-nhrc-csf"}, budget="107000.0")
    edit("projects.csv", {"id": "norec-sweet-potato"}, budget="68495.5")
    projects = read_facts(folder)["projects"]
    assert str(one(projects, "norec-nhrc-csf")["budget"]) == "107000"
    assert one(projects, "norec-sweet-potato")["budget"] == 68495.5


def test_a_source_named_by_two_rows_is_kept_once_in_order(folder: Path, edit: Edit) -> None:
    edit("projects.csv", {"id": "norec-nhrc-csf"}, source="b; a")
    edit("project_partners.csv", NHRC, source="c; b")
    edit("project_partners.csv", CSF, source="d; c")
    edit("project_partners.csv", NOREC, source="a")
    facts = read_facts(folder)
    assert [each["ref"] for each in one(facts["projects"], "norec-nhrc-csf")["sources"]] == ["b", "a", "c", "d"]
    nepal_sent = one(facts["exchanges"], "norec-nhrc-csf-nhrc-nepal-csf-global")
    assert [each["ref"] for each in nepal_sent["sources"]] == ["c", "b", "d"]
