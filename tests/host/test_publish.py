"""`ssc-tui publish` into real servers: only what differs, nothing of others overwritten or removed unseen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Done, Run
from tests.servers import Live

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.host import bucket as buckets
from ssc_tui.host.publish import plan, write

FACTS = Path(__file__).parents[2] / "data" / "facts"
PARTNERS = [{"id": f"p{number}", "name": f"Partner {number}"} for number in range(60)]

Publish = Callable[..., Done]


@pytest.fixture
def publish(run: Run, kinto_memory: Live) -> Publish:
    """Run `ssc-tui publish` into a bucket of the server, as its administrator."""

    def publish_into(bucket: str, *words: str, password: str = kinto_memory.password) -> Done:
        return run("publish", *words, "--to", f"{kinto_memory.url}/buckets/{bucket}", env={"SSC_TUI_PASSWORD": password})

    return publish_into


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A copy of the facts, to be changed."""
    return Path(shutil.copytree(FACTS, tmp_path / "facts"))


@pytest.fixture
def few(facts: Path) -> Path:
    """Of the facts, the areas alone."""
    for table in facts.glob("*.csv"):
        if table.name not in ("priority_areas.csv", "area_names.csv", "countries.csv"):
            table.write_text(table.read_text().splitlines(keepends=True)[0])
    return facts


def changed_since(live: Live, bucket: str, moment: int) -> list[str]:
    found = []
    for kind in KINDS:
        rows = live.ask("GET", f"{buckets.records(bucket, kind)}?_since={moment}").body["data"]
        found += [f"{kind}/{row['id']}" for row in rows]
    return found


def newest(live: Live, bucket: str) -> int:
    return max(int(live.ask("HEAD", buckets.records(bucket, kind)).headers["etag"].strip('"')) for kind in KINDS)


def test_a_folder_is_written_once_and_then_row_by_row(publish: Publish, kinto_memory: Live, facts: Path) -> None:
    bucket = "published"
    refused = publish(bucket, str(facts))
    assert (refused.code, refused.out) == (5, "")
    assert "There is no catalogue at " in refused.err
    first = publish(bucket, str(facts), "--new", "--json")
    assert first.code == 0
    total = first.json()["created"]
    assert total > 600
    assert first.json() | {"created": 0} == {
        **dict.fromkeys(("created", "changed", "unchanged", "removed", "extra"), 0),
        **{"overtaken": [], "refused": {}, "dry_run": False},
    }
    assert f"Publishing: {total} of {total}" in first.err
    assert kinto_memory.about(bucket)["dataset"] == "ssc-directory"
    moment = newest(kinto_memory, bucket)
    again = publish(bucket, str(facts), "--prune")
    assert (again.code, again.err) == (0, "")
    assert again.out == f"0 created, 0 changed, 0 removed, {total} unchanged.\n"
    assert changed_since(kinto_memory, bucket, moment) == []

    table = facts / "publications.csv"
    table.write_text(table.read_text().replace("What Do We Know About Exchange", "What We Know About Exchange", 1))
    dry = publish(bucket, str(facts), "--dry-run", "--json").json()
    assert (dry["changed"], dry["dry_run"]) == (1, True)
    assert changed_since(kinto_memory, bucket, moment) == []
    assert publish(bucket, str(facts), "--json").json() == {**dry, "dry_run": False}
    assert changed_since(kinto_memory, bucket, moment) == ["publications/norec-what-do-we-know"]
    assert publish(bucket, str(facts), "--json").json() == {**dry, "changed": 0, "unchanged": total, "dry_run": False}


def test_the_copy_is_published_as_the_folder_it_came_from(publish: Publish) -> None:
    assert publish("from-copy", "copy", "--new", "--json").code == 0
    assert publish("from-copy", str(FACTS), "--json").json()["created"] == 0
    assert publish("from-copy", str(FACTS), "--json").json()["changed"] == 0


def test_what_the_source_lacks_is_removed_only_where_asked(publish: Publish, kinto_memory: Live, few: Path) -> None:
    own = {"partners": [{"id": f"own{number}", "name": "Own"} for number in range(3)]}
    bucket = kinto_memory.new_bucket(own, dataset="ssc-directory")
    done = publish(bucket, str(few), "--json")
    assert done.json()["extra"] == 3
    assert "3 records there are not in the source; --prune removes them." in done.err
    pruned = publish(bucket, str(few), "--prune", "--json").json()
    assert (pruned["removed"], pruned["extra"]) == (3, 0)
    assert kinto_memory.ask("GET", f"{buckets.records(bucket, 'partners')}/own1").status == 404


def test_much_is_removed_only_by_a_word_of_the_person(publish: Publish, kinto_memory: Live, few: Path) -> None:
    bucket = kinto_memory.new_bucket({"partners": PARTNERS}, dataset="ssc-directory")
    moment = newest(kinto_memory, bucket)
    guarded = publish(bucket, str(few), "--prune")
    assert (guarded.code, guarded.out) == (5, "")
    assert guarded.err.startswith("60 of the 60 records at http://127.0.0.1:")
    assert changed_since(kinto_memory, bucket, moment) == []
    done = publish(bucket, str(few), "--prune", "--accept-removals", "--json")
    assert done.json()["removed"] == 60


def test_another_catalogue_or_a_wrong_password_changes_nothing(publish: Publish, kinto_memory: Live, few: Path) -> None:
    bucket = kinto_memory.new_bucket({"partners": PARTNERS[:2]}, dataset="theirs")
    moment = newest(kinto_memory, bucket)
    other = publish(bucket, str(few))
    assert other.code == 5
    assert "is the catalogue theirs, and not ssc-directory." in other.err
    same = kinto_memory.new_bucket(dataset="ssc-directory")
    wrong = publish(same, str(few), password="wrong")
    assert wrong.code == 4
    assert "does not take this name and password" in wrong.err
    assert publish(bucket, "--new-epoch", password="wrong").code == 4
    assert changed_since(kinto_memory, bucket, moment) + changed_since(kinto_memory, same, 0) == []


def test_a_new_epoch_is_all_that_a_restore_needs(publish: Publish, kinto_memory: Live) -> None:
    bucket = kinto_memory.new_bucket({"partners": PARTNERS[:2]})
    before, moment = kinto_memory.about(bucket), newest(kinto_memory, bucket)
    epoch = publish(bucket, "--new-epoch", "--json").json()["epoch"]
    after = kinto_memory.about(bucket)
    assert after["epoch"] == epoch != before["epoch"]
    assert after["dataset"] == before["dataset"]
    assert changed_since(kinto_memory, bucket, moment) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "There is no folder nowhere."),
        (["copy", "--new-epoch"], "not allowed with argument"),
        ([], "one of the arguments FOLDER --new-epoch is required"),
        ([str(FACTS), "--offline"], "Connections are switched off"),
    ],
)
def test_wrong_use_is_a_sentence(publish: Publish, words: list[str], said: str) -> None:
    done = publish("any", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_folder_with_faults_is_not_published(publish: Publish, kinto_memory: Live, few: Path) -> None:
    bucket = kinto_memory.new_bucket(dataset="ssc-directory")
    table = few / "priority_areas.csv"
    table.write_text(table.read_text().replace("priority,,", "priority,no-such-area,", 1))
    done = publish(bucket, str(few))
    assert done.code == 2
    assert "priority_areas.csv:2" in done.err
    assert changed_since(kinto_memory, bucket, 0) == []


def test_an_editor_may_publish(run: Run, kinto_memory: Live, few: Path) -> None:
    bucket = kinto_memory.new_bucket(dataset="ssc-directory")
    editor, guest = kinto_memory.new_user(bucket), kinto_memory.new_user()
    to = ["--to", f"{kinto_memory.url}/buckets/{bucket}"]
    refused = run("publish", str(few), *to, "--user", guest, "--json", typed=f"password of {guest}\n")
    assert refused.code == 5
    assert len(refused.json()["refused"]) == 69
    assert changed_since(kinto_memory, bucket, 0) == []
    assert run("publish", str(few), *to, "--user", editor, "--json", typed=f"password of {editor}\n").code == 0


def test_a_catalogue_of_an_older_program_takes_suggestions_from_then_on(publish: Publish, run: Run, kinto_memory: Live, few: Path) -> None:
    bucket = kinto_memory.new_bucket(dataset="ssc-directory")
    path = f"/buckets/{bucket}/collections/suggestions"
    assert kinto_memory.ask("DELETE", path).status == 200
    editor, guest = kinto_memory.new_user(bucket), kinto_memory.new_user()
    # An editor may not make it, and is not told.
    to = ["--to", f"{kinto_memory.url}/buckets/{bucket}", "--user", editor]
    assert run("publish", str(few), *to, typed=f"password of {editor}\n").code == 0
    assert publish(bucket, str(few), "--dry-run").code == 0
    assert kinto_memory.ask("GET", path).status == 404
    assert publish(bucket, str(few)).code == 0
    said = {"data": {"document": "suggestion", "ref": "partners/norec", "author": guest, "at": "", "state": "open"}}
    assert kinto_memory.ask("PUT", f"{path}/records/s", said, user=guest).status == 201
    assert kinto_memory.ask("PUT", f"{path}/records/s", said, user=editor).status == 200
    assert kinto_memory.ask("PUT", f"{path}/records/s", said, user=kinto_memory.new_user()).status == 403
    assert kinto_memory.ask("DELETE", f"{path}/records/s", user=guest).status == 200


def test_what_others_changed_meanwhile_stays(live: Live) -> None:
    bucket = live.new_bucket({"partners": PARTNERS[:3]})
    path = buckets.records(bucket, "partners")
    with live.link(bucket) as link:
        changed = [{**each, "city": "Førde"} for each in PARTNERS[:4]]
        made = plan(link, {"partners": changed[1:]})
        live.ask("PUT", f"{path}/p1", {"data": {"name": "edited"}})
        live.ask("PUT", f"{path}/p3", {"data": {"name": "edited"}})
        live.ask("PUT", f"{path}/p0", {"data": {"name": "edited"}})
        done = write(link, [*made.writes, *made.extra])
    assert sorted(done.overtaken) == ["partners/p0", "partners/p1", "partners/p3"]
    assert (done.done, done.refused) == ({"created": 0, "changed": 1, "removed": 0}, {})
    names = {row["id"]: row["name"] for row in live.ask("GET", path).body["data"]}
    assert names == {"p0": "edited", "p1": "edited", "p2": "Partner 2", "p3": "edited"}


def test_a_batch_whose_answer_was_lost_is_sent_again_without_harm(live: Live) -> None:
    bucket = live.new_bucket({"partners": PARTNERS[:3]})
    with live.link(bucket) as link:
        made = plan(link, {"partners": [{**PARTNERS[0], "city": "Oslo"}, PARTNERS[2], *PARTNERS[3:40]]})
        writes = [*made.writes, *made.extra]
        first = write(link, writes)
        moment = newest(live, bucket)
        assert write(link, writes) == first
    assert first == ({"created": 37, "changed": 1, "removed": 1}, [], {})
    assert changed_since(live, bucket, moment) == []


def test_one_bad_record_holds_up_no_other(live: Live) -> None:
    bucket = live.new_bucket()
    documents: list[dict[str, Any]] = [
        {"id": "nul", "name": "a\x00b\x1b[31m"},
        {"id": "bad", "name": 5},
        {"id": "good", "name": "Good"},
    ]
    with live.link(bucket) as link:
        done = write(link, plan(link, {"partners": documents}).writes)
        assert done.done["created"] == 2
        assert done.refused == {"partners/bad": "name: 5 is not of type 'string'"}
        assert live.ask("GET", f"{buckets.records(bucket, 'partners')}/nul").body["data"]["name"] == "ab"
        assert len(plan(link, {"partners": documents}).writes) == 1
