"""The sync as the person at the desk sees it, with a real server at the other end."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.faults.proxy import FaultProxy, Plan, Reset
from tests.servers import Live
from tests.tui.conftest import NARROW, Desk, MakeApp, Sit, until
from textual.widgets import Input, OptionList

from ssc_tui.paths import Home
from ssc_tui.settings import Settings, read_settings
from ssc_tui.store import edits
from ssc_tui.store.connection import connect
from ssc_tui.store.loader import make_copy
from ssc_tui.store.standing import reached
from ssc_tui.store.writer import write_note
from ssc_tui.sync import pace
from ssc_tui.sync.address import parse_address
from ssc_tui.sync.credentials import save_password
from ssc_tui.sync.pace import Patience
from ssc_tui.sync.pull import OVERLAP
from ssc_tui.sync.run import Sync
from ssc_tui.tui.screens import browse

PARTNERS = [{"id": f"p{number:02}", "name": f"Partner {number:02}", "country": "KE"} for number in range(40)]
DATASET = "made up"


pytestmark = pytest.mark.usefixtures("no_key_store")


@pytest.fixture(autouse=True)
def _sync_begins_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "IDLE_SECONDS", 0.01)


@pytest.fixture
def bucket(kinto_memory: Live) -> str:
    return kinto_memory.new_bucket({"partners": PARTNERS}, dataset=DATASET)


@pytest.fixture
def remote(kinto_memory: Live, bucket: str) -> str:
    return f"{kinto_memory.url}/buckets/{bucket}"


def record(bucket: str, number: int) -> str:
    return f"/buckets/{bucket}/collections/partners/records/p{number:02}"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the app try again at once where it would wait."""
    monkeypatch.setattr(pace, "KNOCKS", (0.05,))
    monkeypatch.setattr(pace, "until_next", lambda failures: 0.2 if failures else 60.0)
    monkeypatch.setattr(pace, "PATIENCE", Patience(first=0.001))


def at(server: Live) -> tuple[str, int]:
    """Host and port of a server."""
    place = urlsplit(server.url)
    return place.hostname or "", place.port or 0


async def ended(desk: Desk, outcome: str = "ok") -> None:
    """Wait until a run has ended so."""
    await until(desk.pilot, lambda: not desk.app.syncing.state.running and desk.app.syncing.state.report)
    await desk.settle()
    assert desk.app.syncing.state.report
    assert desk.app.syncing.state.report.outcome == outcome, desk.app.syncing.state.report


def documents() -> Iterator[tuple[str, dict[str, str]]]:
    return (("partners", partner) for partner in PARTNERS[:30])


async def test_a_copy_that_was_never_synced_is_synced_without_a_touch(sit: Sit, remote: str) -> None:
    async with sit(documents(), settings=Settings(remote=remote)) as desk:
        assert desk.records.total in (30, 40)
        await ended(desk)
        assert desk.records.total == 40
        assert any(toast.startswith("Synced: 10 new") for toast in desk.toasts)
        assert "never synced" not in desk.bar("status")


async def test_the_highlighted_record_stays_where_it_is_while_others_come(sit: Sit, kinto_memory: Live, bucket: str, remote: str) -> None:
    async with sit(documents(), settings=Settings(remote=remote, offline=True), size=NARROW) as desk:
        await desk.press(*["j"] * 25)
        ref, above = desk.ref, desk.records.highlighted - round(desk.records.scroll_y)
        for number in range(3):
            assert kinto_memory.ask("DELETE", record(bucket, number)).status == 200
        desk.app.settings = desk.app.settings._replace(offline=False)
        await desk.press("s")
        await ended(desk)
        assert (desk.ref, desk.records.total) == (ref, 37)
        assert desk.records.highlighted - round(desk.records.scroll_y) == above


async def test_what_changed_is_listed_by_field_bookmarked_first_and_leads_to_the_record(
    sit: Sit, kinto_memory: Live, bucket: str, remote: str
) -> None:
    async with sit(documents(), settings=Settings(remote=remote)) as desk:
        await ended(desk)
        await desk.press("j", "asterisk")
        assert kinto_memory.ask("PATCH", record(bucket, 1), {"data": {"city": "Nairobi"}}).status == 200
        assert kinto_memory.ask("PATCH", record(bucket, 2), {"data": {"city": "Kisumu"}}).status == 200
        assert kinto_memory.ask("DELETE", record(bucket, 0)).status == 200
        await desk.press("s")
        await until(desk.pilot, lambda: any("2 changed, 1 gone" in toast for toast in desk.toasts))
        await desk.press("c")
        assert desk.on == "ChangesScreen"
        listed = desk.app.screen.query_one(OptionList)
        await until(desk.pilot, lambda: listed.option_count >= 3)
        told = [str(listed.get_option_at_index(number).prompt) for number in range(3)]
        assert told[0].startswith("★ changed  Partner 01")
        assert "city: not stated → Nairobi" in told[0]
        assert {told[1].split("\n")[0], told[2].split("\n")[0]} == {"changed  Partner 02", "gone  Partner 00"}
        await desk.press("enter")
        await until(desk.pilot, lambda: desk.on == "card")
        assert desk.ref == "partners/p01"


async def test_the_sync_page_shows_the_runs_and_what_could_not_be_taken(sit: Sit, kinto_memory: Live, bucket: str, remote: str) -> None:
    deep: dict[str, object] = {}
    for _level in range(40):
        deep = {"deeper": deep}
    assert kinto_memory.ask("PUT", record(bucket, 77), {"data": {"name": "Deep", "unknown": deep}}).status == 201
    async with sit(documents(), settings=Settings(remote=remote)) as desk:
        await ended(desk)
        await desk.press("S")
        assert desk.on == "SyncScreen"
        await until(desk.pilot, lambda: any("10 new, 0 changed, 0 gone" in line for line in desk.lines()))
        page = "\n".join(desk.lines())
        assert "requests" in page
        assert "partners/p77: It is nested too deeply." in page
        assert remote.split("/buckets")[0] in page
        await desk.press("s")
        await until(desk.pilot, lambda: any("Nothing had changed." in line for line in desk.lines()))
        await desk.press("x")
        assert "No sync is running." in desk.toasts
        await desk.press("escape")
        assert desk.on == "list"


async def test_another_catalogue_is_taken_only_when_the_person_says_so(sit: Sit, kinto_memory: Live) -> None:
    other = kinto_memory.new_bucket({"partners": PARTNERS[:3]}, dataset="another")
    async with sit(documents(), settings=Settings(remote=f"{kinto_memory.url}/buckets/{other}")) as desk:
        await desk.press("n", *"kept", "ctrl+s")
        await ended(desk, "incompatible")
        assert "another catalogue" in desk.bar("status")
        assert desk.on == "list"
        await desk.press("s")
        await until(desk.pilot, lambda: desk.on == "DecisionScreen")
        await desk.press("n")
        assert (desk.on, desk.records.total) == ("list", 30)
        await desk.press("s")
        await until(desk.pilot, lambda: desk.on == "DecisionScreen")
        await until(desk.pilot, lambda: any("That is another catalogue" in line for line in desk.lines()))
        await desk.press("y")
        await ended(desk)
        assert desk.records.total == 3
        await desk.type("is:noted")
        assert desk.ref == "partners/p00"


async def test_no_connection_is_said_and_everything_goes_on(sit: Sit) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1"
        async with sit(documents(), settings=Settings(remote=address)) as desk:
            await ended(desk, "offline")
            assert "offline" in desk.bar("status")
            # Nobody asked, so nobody is told beside that.
            assert desk.toasts == []
            await desk.type("partner 07")
            assert desk.ref == "partners/p07"
            await desk.press("escape", "s")
            await until(desk.pilot, lambda: any("No connection" in toast for toast in desk.toasts))


async def test_a_server_that_comes_late_is_found_without_a_touch(sit: Sit, kinto_memory: Live, bucket: str, quick: None) -> None:
    with FaultProxy(*at(kinto_memory)) as proxy:
        proxy.plan = Plan(reset=Reset.ON_CONNECT)
        async with sit(documents(), settings=Settings(remote=f"{proxy.url}/v1/buckets/{bucket}")) as desk:
            await ended(desk, "offline")
            assert desk.records.total == 30
            proxy.plan = Plan()
            await until(desk.pilot, lambda: any(toast.startswith("Synced: 10 new") for toast in desk.toasts))
            await desk.settle()
            assert desk.records.total == 40


async def test_a_server_that_goes_in_the_middle_is_gone_on_with_where_it_was(home: Home, sit: Sit, kinto_memory: Live, quick: None) -> None:
    # Long enough, and of such texts, that the third page is cut.
    many = [{"id": f"p{number:03}", "name": f"Partner {number:03}", "description": random.randbytes(300).hex()} for number in range(300)]
    bucket = kinto_memory.new_bucket({"partners": many}, dataset=DATASET)
    with FaultProxy(*at(kinto_memory), Plan(cut_down=60_000)) as proxy:
        proxy.plan = Plan(reset=Reset.ON_CONNECT)
        async with sit(documents(), settings=Settings(remote=f"{proxy.url}/v1/buckets/{bucket}")) as desk:
            await ended(desk, "offline")
            with closing(connect(home.database)) as copy:
                cursor = reached(copy, "partners").cursor
            stamps = sorted(row["last_modified"] for row in kinto_memory.ask("GET", record(bucket, 0).rsplit("/", 1)[0]).body["data"])
            assert stamps[0] < cursor < stamps[-1]
            await until(desk.pilot, lambda: "offline" in desk.bar("status"))
            proxy.plan = Plan()
            await until(desk.pilot, lambda: desk.records.total == 300)
            asked = [int(since) for since in re.findall(rb"/partners/records\?[^ \"]*_since=(?:%22)?(\d+)", proxy.connections[-1].asked)]
            assert asked
            assert min(asked) >= cursor - OVERLAP


async def test_without_a_remote_catalogue_s_says_what_to_do(sit: Sit) -> None:
    async with sit(documents()) as desk:
        await desk.press("s")
        assert any("No remote catalogue is set" in toast for toast in desk.toasts)
        assert not desk.app.syncing.state.running


async def test_offline_makes_no_connection(sit: Sit, remote: str) -> None:
    async with sit(documents(), settings=Settings(remote=remote, offline=True)) as desk:
        await desk.press("s")
        assert any("switched off" in toast for toast in desk.toasts)
        assert "connections off" in desk.bar("status")
        assert desk.app.syncing.state.report is None


async def choose(desk: Desk, name: str, number: int = 0) -> None:
    """In the settings, go to a setting and take one of its choices."""
    await desk.press("comma")
    names = desk.app.screen.query_one("#names", OptionList)
    names.highlighted = names.get_option_index(name)
    await desk.settle()
    await desk.press("l")
    choices = desk.app.screen.query_one("#choices", OptionList)
    choices.highlighted = number
    await desk.settle()
    await desk.press("enter")


async def test_the_remote_catalogue_is_set_in_the_settings_and_synced_at_once(home: Home, sit: Sit, remote: str) -> None:
    async with sit(documents()) as desk:
        await choose(desk, "remote")
        assert desk.on == "WordsScreen"
        desk.app.screen.query_one(Input).value = remote
        await desk.press("enter")
        await ended(desk)
        assert read_settings(home.settings).remote == remote
        await desk.press("escape")
        assert desk.records.total == 40


async def test_an_address_that_is_none_is_not_kept(home: Home, sit: Sit) -> None:
    async with sit(documents()) as desk:
        await choose(desk, "remote")
        desk.app.screen.query_one(Input).value = "no address at all"
        await desk.press("enter")
        await until(desk.pilot, lambda: any("is not the address" in toast for toast in desk.toasts))
        assert read_settings(home.settings).remote == ""


async def test_signing_in_opens_a_catalogue_for_the_signed_in(home: Home, sit: Sit, kinto_memory: Live) -> None:
    bucket = kinto_memory.new_bucket({"partners": PARTNERS}, dataset=DATASET, readers="system.Authenticated")
    user = kinto_memory.new_user(bucket)
    settings = Settings(remote=f"{kinto_memory.url}/buckets/{bucket}")
    async with sit(documents(), settings=settings) as desk:
        await ended(desk, "sign_in")
        assert "sign in needed" in desk.bar("status")
        await choose(desk, "user")
        name, password = desk.app.screen.query(Input)
        name.value, password.value = user, f"password of {user}"
        await desk.press("enter", "enter")
        await until(desk.pilot, lambda: desk.records.total == 40)
        assert (home.secrets.stat().st_mode & 0o777) == 0o600
        assert read_settings(home.settings).user == user
        await desk.press("escape")
        await choose(desk, "user", 2)
        await until(desk.pilot, lambda: read_settings(home.settings).user == "")
        assert user not in home.secrets.read_text()


@pytest.mark.parametrize("name", ["metered", "offline"])
async def test_a_switch_is_remembered(home: Home, sit: Sit, name: str) -> None:
    async with sit(documents()) as desk:
        await choose(desk, name, 1)
        assert getattr(read_settings(home.settings), name) is True
        await desk.press("escape")
        await choose(desk, name, 0)
        assert getattr(read_settings(home.settings), name) is False


async def test_the_app_ends_while_a_sync_waits_for_its_answer(make_app: MakeApp, sit: Sit) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        async with sit(app=make_app(documents(), Settings(remote=address))) as desk:
            await until(desk.pilot, lambda: desk.app.syncing.state.running)
            assert "syncing" in desk.bar("status")
            await desk.press("S")
            await until(desk.pilot, lambda: any("Asking the catalogue" in line for line in desk.lines()))


async def test_what_is_saved_is_sent_after_a_while(
    sit: Sit, make_app: MakeApp, home: Home, kinto_memory: Live, bucket: str, remote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssc_tui.tui.app.SENT_AFTER", 0.2)
    settings = Settings(remote=remote, user=kinto_memory.user)
    app = make_app(documents(), settings, dataset=DATASET)
    save_password(home, parse_address(remote), kinto_memory.user, kinto_memory.password)
    async with sit(app=app) as desk:
        await ended(desk)
        old = PARTNERS[3]
        assert edits.change(home.database, "partners", "p03", old, old | {"city": "Nakuru"}, kinto_memory.user)
        await desk.written()
        assert "1 edit waiting" in desk.bar("status")
        await until(desk.pilot, lambda: bool(desk.toasts) and desk.toasts[-1].endswith("1 edit was sent."))
        await desk.settle()
        assert "nothing waiting" in desk.bar("status")
    assert kinto_memory.ask("GET", record(bucket, 3)).body["data"]["city"] == "Nakuru"


async def test_a_note_of_another_laptop_shows_after_the_sync(
    sit: Sit, make_app: MakeApp, home: Home, tmp_path: Path, kinto_memory: Live, bucket: str, remote: str
) -> None:
    settings = Settings(remote=remote, user=kinto_memory.user)
    elsewhere = Home(*[tmp_path / "elsewhere"] * 3)
    elsewhere.data.mkdir(mode=0o700)
    make_copy(elsewhere.database, documents(), {"dataset": DATASET, "format": "1", "origin": "remote"})
    app = make_app(documents(), settings, dataset=DATASET)
    for each in (elsewhere, home):
        save_password(each, parse_address(remote), kinto_memory.user, kinto_memory.password)
    async with sit(app=app) as desk:
        await ended(desk)
        write_note(elsewhere.database, "partners", "p03", "Met in Bergen.")
        assert Sync(elsewhere, settings).run().own >= 1
        await desk.type("is:noted")
        assert desk.records.total == 0
        await desk.press("escape", "s")
        await until(desk.pilot, lambda: desk.records.total == 1)
        await desk.press("enter")
        await until(desk.pilot, lambda: any("Met in Bergen." in line for line in desk.page()))
        assert any("1 new here" in toast for toast in desk.toasts)
