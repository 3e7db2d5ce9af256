"""`map`, `lab` and `charts` as commands."""

from __future__ import annotations

from tests.cli.conftest import Run


def test_the_map_is_drawn_as_wide_as_the_paper_with_its_numbers_under_it(run: Run) -> None:
    done = run("map", "country:MW")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    end = lines.index("The map in numbers: country:MW")
    assert 10 < end < 24
    assert any("\u2800" < char <= "\u28ff" for line in lines[:end] for char in line)
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("Malawi ") for line in lines[end:])
    assert "Natural Earth" in done.out


def test_the_map_in_json(run: Run) -> None:
    data = run("map", "kind:partners", "country:MW", "--json").json()
    assert [country["code"] for country in data["countries"]] == ["MW"]
    assert data["countries"][0]["partners"] == run("find", "country:MW", "--kind", "partners", "--json").json()["count"]
    assert data["between"] == []


def test_what_the_map_does_not_find_ends_with_one(run: Run) -> None:
    done = run("map", "zzzz", "--json")
    assert done.code == 1
    assert done.json()["countries"] == []


def test_the_lab_by_stage_and_one_solution(run: Run) -> None:
    data = run("lab", "--json").json()
    assert [stage["stage"] for stage in data["stages"]] == ["idea", "incubating", "testing", "proven", "scaled", "dropped"]
    assert sum(stage["total"] for stage in data["stages"]) == run("status", "--json").json()["records"]["solutions"]
    assert "Testing (6)" in run("lab").out
    ref = data["stages"][3]["solutions"][0]["ref"]
    one = run("lab", ref, "--json").json()
    assert (one["ref"], one["stage"]) == (ref, "proven")
    assert "●" in run("lab", ref).out
    assert run("lab", "area:health", "--json").json()["query"] == "area:health"


def test_a_solution_that_is_not_there_ends_with_one(run: Run) -> None:
    done = run("lab", "solutions/gone")
    assert (done.code, done.out) == (1, "")
    assert "solutions/gone" in done.err


def test_the_charts_all_or_one(run: Run) -> None:
    data = run("charts", "--json").json()
    assert [chart["name"] for chart in data["charts"]] == ["years", "persons", "balance", "areas", "goals"]
    assert run("charts", "--chart", "goals", "--json").json()["charts"] == data["charts"][-1:]
    assert "Projects by goal (SDG)" in run("charts", "--chart", "goals").out
    done = run("charts", "--chart", "money")
    assert (done.code, done.out) == (2, "")
    assert "years, persons, balance, areas, goals" in done.err
