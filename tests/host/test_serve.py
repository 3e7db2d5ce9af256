"""`ssc-tui serve` as a person or a service manager runs it."""

from __future__ import annotations

import base64
import os
import pty
import signal
import socket
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.cli.conftest import Run, environment
from tests.host.conftest import Serve, Serving, processes_of
from tests.servers import SECONDS, Live, over_the_wire
from tests.waiting import within

from ssc_tui.catalogue.kinds import KINDS
from ssc_tui.cli import main
from ssc_tui.host import server
from ssc_tui.host.bucket import records
from ssc_tui.host.ini import Secrets, socket_address
from ssc_tui.host.private import Folder, signing_secrets
from ssc_tui.paths import Home
from ssc_tui.store.seed import SEED, seed_meta
from ssc_tui.store.whole import documents_in

BUCKET = "/buckets/directory"
linux = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")


def as_admin(serving: Serving) -> dict[str, str]:
    password = Path(serving.said["password_file"]).read_text().strip()
    return {"Authorization": "Basic " + base64.b64encode(f"{serving.said['user']}:{password}".encode()).decode()}


def counts(serving: Serving, headers: dict[str, str] | None = None) -> dict[str, int]:
    answers = {kind: serving.ask("HEAD", f"{BUCKET}/collections/{kind}/records", headers=headers) for kind in KINDS}
    return {kind: int(answer.headers["total-objects"]) for kind, answer in answers.items()}


@linux
def test_in_memory_the_shipped_catalogue_is_served_and_nothing_stays_behind(home: Home, serve: Serve) -> None:
    serving = serve(home.data, "--memory")
    assert serving.said["url"].startswith("http://127.0.0.1:")
    assert serving.said["user"] == "admin"
    assert counts(serving) == {kind: len(documents) for kind, documents in documents_in(SEED).items()}
    about = serving.ask("GET", BUCKET).json()["data"]
    assert (about["dataset"], about["format"], about["serialised_writer"]) == (seed_meta()["dataset"], 1, True)
    assert serving.ask("GET", f"{BUCKET}/collections/partners/records/norec").json()["data"]["acronym"] == "Norec"
    assert serving.ask("POST", "/__flush__").status == 404
    assert len(processes_of(home.data)) == 1
    code, said = serving.stop()
    assert code == 0
    assert said.splitlines()[-1] == "Stopped. Nothing is kept."
    assert "Loading the catalogue that came with ssc-tui: 623 of 623" in said
    assert processes_of(home.data) == []


@linux
def test_on_postgresql_a_second_start_finds_everything_and_loads_nothing(home: Home, serve: Serve, run: Run) -> None:
    first = serve(home.data, "--empty", "--name", "ours", "--signed-in")
    admin = as_admin(first)
    assert first.ask("GET", BUCKET).status == 401
    assert first.ask("PUT", f"{BUCKET}/collections/partners/records/a", {"data": {"name": "A"}}, admin).status == 201
    about = first.ask("GET", BUCKET, headers=admin).json()
    assert first.stop(signal.SIGINT)[0] == 0
    assert processes_of(home.data) == []
    second = serve(home.data)
    assert second.ask("GET", BUCKET).status == 401
    assert second.ask("GET", BUCKET, headers=admin).json() == about
    assert about["data"]["dataset"] == "ours"
    assert counts(second, admin) == {**dict.fromkeys(KINDS, 0), "partners": 1}
    code, said = second.stop()
    assert (code, said) == (0, "Stopped. What was written is kept.\n")
    third = serve(home.data, "--open", "--new-epoch")
    anew = third.ask("GET", BUCKET).json()["data"]
    assert anew["epoch"] != about["data"]["epoch"]
    assert anew["dataset"] == "ours"
    third.stop()
    refused = run("serve", "--port", "0", "--name", "another")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "This server holds the catalogue ours, and a catalogue keeps its name. Serve another one with another --home.\n"


def test_a_process_for_reading_answers_batches_and_cannot_write(kinto_postgres: Live, home: Home, serve: Serve, run: Run) -> None:
    bucket = kinto_postgres.new_bucket({"partners": [{"id": "norec", "name": "Norec"}]})
    database = socket_address(str(kinto_postgres.folder / "postgres"))
    reader = serve(home.data, "--read-only", "--database", database)
    assert (reader.said["user"], reader.said["password_file"]) == (None, None)
    asked = [{"path": f"/buckets/{bucket}"}, *({"path": f"{records(bucket, kind)}?_since=0&_sort=last_modified"} for kind in KINDS)]
    answers = {url: over_the_wire(url, "POST", "/batch", {"requests": asked}) for url in (reader.said["url"], kinto_postgres.url)}
    for answer in answers.values():
        assert [each["status"] for each in answer.json()["responses"]] == [200] * len(asked)
    bodies = [[each["body"] for each in answer.json()["responses"]] for answer in answers.values()]
    assert bodies[0] == bodies[1]
    path = f"{records(bucket, 'partners')}/norec"
    assert reader.ask("PUT", path, {"data": {"name": "changed"}}).status == 401
    signed = {"Authorization": "Basic " + base64.b64encode(f"{kinto_postgres.user}:{kinto_postgres.password}".encode()).decode()}
    assert reader.ask("GET", path, headers=signed).status == 200
    assert reader.ask("PUT", path, {"data": {"name": "changed"}}, signed).status == 503
    assert kinto_postgres.ask("GET", path).body["data"]["name"] == "Norec"
    assert run("serve", "--read-only", "--port", "0").code == 2


@linux
@pytest.mark.parametrize("sort", ["a file", "no file"])
def test_a_service_manager_is_told_when_the_catalogue_is_whole(
    home: Home, serve: Serve, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(SECONDS)
        name = f"/tmp/ssc-tui-{os.getpid()}" if sort == "a file" else f"@ssc-tui-{os.getpid()}"
        manager.bind(name.replace("@", "\0"))
        try:
            monkeypatch.setenv("NOTIFY_SOCKET", name)
            serving = serve(home.data, "--memory")
            assert manager.recv(100) == b"READY=1\n"
        finally:
            Path(name).unlink(missing_ok=True)
    assert sum(counts(serving).values()) == 623
    assert serving.ask("GET", BUCKET).json()["data"]["dataset"] == seed_meta()["dataset"]
    assert serving.stop()[0] == 0


def test_nobody_who_listens_is_no_trouble(home: Home, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(home.data / "nobody"))
    assert serve(home.data, "--memory", "--empty").stop()[0] == 0


def test_processes_that_start_at_once_share_their_secrets(tmp_path: Path) -> None:
    starting, places = threading.Barrier(8), [tmp_path / str(number) for number in range(25)]

    def start(place: Path) -> Secrets:
        starting.wait(SECONDS)
        return signing_secrets(Folder(place))

    with ThreadPoolExecutor(8) as starters:
        for place in places:
            place.mkdir()
            assert len(set(starters.map(start, [place] * 8))) == 1


@linux
@pytest.mark.skipif(not Path("/usr/bin/setpriv").exists(), reason="what ends processes with their parent is not there")
def test_a_killed_run_leaves_no_process_and_no_damage(home: Home, serve: Serve) -> None:
    serving = serve(home.data, "--empty")
    assert len(processes_of(home.data)) >= 2
    serving.process.kill()
    serving.process.wait()
    assert within(20, lambda: not processes_of(home.data)), processes_of(home.data)
    again = serve(home.data)
    assert again.ask("GET", BUCKET).status == 200
    again.stop()


def test_secrets_are_for_their_owner_alone(home: Home, serve: Serve) -> None:
    serving = serve(home.data, "--memory", "--empty")
    folder = home.data / "server"
    password = Path(serving.said["password_file"])
    assert password.parent == folder
    assert len(password.read_text().strip()) >= 20
    for place in (home.data, folder):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    files = [place for place in folder.iterdir() if place.is_file()]
    assert {place.name for place in files} >= {"admin.password", "catalogue.ini", "kinto.log", "secrets.json"}
    assert {stat.S_IMODE(place.stat().st_mode) for place in files} == {0o600}
    assert password.read_text().strip() not in "".join(place.read_text() for place in files if place != password)
    serving.stop()


def first_lines(home: Home, *, terminal: bool) -> str:
    """What a person reads before the server waits."""
    reading, writing = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "ssc_tui", "serve", "--memory", "--empty", "--port", "0"],
        stdout=writing,
        stderr=subprocess.DEVNULL,
        env=environment(home.data),
    )
    os.close(writing)
    with process:
        said = b""
        while b"Ctrl-C stops it." not in said and (piece := os.read(reading, 4096)):
            said += piece
        process.terminate()
    os.close(reading)
    assert process.returncode == 0
    return said.decode()


def test_the_password_is_shown_once_and_on_a_terminal_alone(home: Home, tmp_path: Path) -> None:
    elsewhere = Home(*[tmp_path / "elsewhere"] * 3)
    shown = [first_lines(home, terminal=True), first_lines(home, terminal=True), first_lines(elsewhere, terminal=False)]
    passwords = [(each.data / "server" / "admin.password").read_text().strip() for each in (home, elsewhere)]
    assert passwords[0] in shown[0]
    assert passwords[0] not in shown[1]
    assert passwords[1] not in shown[2]
    for said in shown:
        assert "Connect:  ssc-tui remote http://127.0.0.1:" in said
        assert "Sign in:  ssc-tui login --user admin" in said


def test_a_port_that_is_taken_is_a_sentence(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--memory", "--port", port)
    assert (done.code, done.out) == (2, "")
    assert (
        done.err
        == f"127.0.0.1, port {port}, cannot be served on: Address already in use. Nothing was started; name another --port or --host.\n"
    )


def test_a_home_that_is_served_from_is_not_served_from_twice(home: Home, serve: Serve, run: Run) -> None:
    serve(home.data, "--memory", "--empty")
    done = run("serve", "--memory", "--port", "0")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Another ssc-tui serves from ")


@pytest.mark.parametrize("words", [["--port", "70000"], ["--port", "x"], ["--open", "--signed-in"], ["--memory", "--database", "x"]])
def test_wrong_words_are_a_sentence(run: Run, words: list[str]) -> None:
    done = run("serve", *words)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1


def test_a_server_that_is_not_installed_is_a_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    assert main.main(["--home", str(home.data), "serve"]) == 1
    assert capfd.readouterr().err == "The server is not installed here: `pip install 'ssc-tui[server]'` brings it.\n"


def test_a_database_that_does_not_answer_is_a_sentence(run: Run, tmp_path: Path) -> None:
    done = run("serve", "--port", "0", "--database", f"postgresql:///kinto?host={tmp_path}")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("The server ended by itself: ")
    assert "Traceback" not in done.err


def test_a_server_that_ends_by_itself_is_told(home: Home, serve: Serve) -> None:
    serving = serve(home.data, "--memory", "--empty")
    child = int(Path(f"/proc/{serving.process.pid}/task/{serving.process.pid}/children").read_text().split()[0])
    os.kill(child, signal.SIGKILL)
    _out, said = serving.process.communicate(timeout=20)
    assert serving.process.returncode == 1
    assert "The server ended by itself" in said
