"""A run in a process of its own, as the app has it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.cli.conftest import environment
from tests.sync.conftest import Client, NewCatalogue, NewClient, agree, partners
from tests.waiting import within

from ssc_tui.errors import ReadOnly
from ssc_tui.settings import Settings
from ssc_tui.sync.apart import Apart
from ssc_tui.sync.report import Progress, Wishes

PATIENCE_OF_THE_TEST = 20.0

APP = """
import sys
from pathlib import Path
from ssc_tui.paths import Home
from ssc_tui.settings import Settings
from ssc_tui.sync.apart import Apart
from ssc_tui.sync.report import Wishes
run = Apart(Home(*[Path(sys.argv[1])] * 3), Settings(remote=sys.argv[2]), Wishes(), print)
print(run._process.pid, flush=True)
run.run()
"""


@pytest.fixture
def silent() -> Iterator[tuple[str, socket.socket]]:
    """The address of a server that never answers, and its socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1", listening


def begun(client: Client, tell: Callable[[Progress], None] = lambda _progress: None) -> Apart:
    return Apart(client.home, client.settings, Wishes(), tell)


def gone(process: int) -> bool:
    """Whether a process has come to its end, though nobody may have taken notice of it yet."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    state = Path(f"/proc/{process}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_it_carries_what_a_run_carries(new_catalogue: NewCatalogue, new_client: NewClient) -> None:
    catalogue = new_catalogue({"partners": partners(120), "areas": [{"id": "health", "name": "Health"}]})
    client = new_client(catalogue)
    told: list[Progress] = []
    report = begun(client, told.append).run()
    assert (report.outcome, report.applied.new) == ("ok", 121)
    assert told[-1].done == 121
    agree(client, catalogue)
    assert begun(client).run().requests == 1


def test_it_is_stopped_while_it_waits(new_client: NewClient, silent: tuple[str, socket.socket]) -> None:
    client = new_client(silent[0])
    run = begun(client)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run.run)
        with silent[1].accept()[0]:
            run.stop()
            report = running.result(PATIENCE_OF_THE_TEST)
    assert (report.outcome, report.exit_code) == ("stopped", 130)
    client.is_sound()


def test_it_is_stopped_before_it_began(new_client: NewClient, silent: tuple[str, socket.socket]) -> None:
    run = begun(new_client(silent[0]))
    run.stop()
    assert run.run().outcome == "stopped"


def test_that_it_was_killed_is_said(new_client: NewClient, silent: tuple[str, socket.socket]) -> None:
    run = begun(new_client(silent[0]))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run.run)
        with silent[1].accept()[0]:
            run._process.kill()
            report = running.result(PATIENCE_OF_THE_TEST)
    assert (report.outcome, report.words) == ("stopped", "The sync was ended from outside. What was received before is kept.")


def test_it_ends_with_the_app_that_was_killed(new_client: NewClient, silent: tuple[str, socket.socket], tmp_path: Path) -> None:
    client = new_client(silent[0])
    with subprocess.Popen(
        [sys.executable, "-c", APP, str(client.home.data), silent[0]], stdout=subprocess.PIPE, text=True, env=environment(tmp_path)
    ) as app:
        assert app.stdout
        process = int(app.stdout.readline())
        with silent[1].accept()[0]:
            app.send_signal(signal.SIGKILL)
            assert within(PATIENCE_OF_THE_TEST, lambda: gone(process))
    client.is_sound()


def test_what_cannot_be_written_to_is_said_as_it_is(new_client: NewClient, silent: tuple[str, socket.socket]) -> None:
    client = new_client(silent[0])
    client.home.database.chmod(0o400)
    with pytest.raises(ReadOnly, match="read-only"):
        begun(client).run()


def test_a_fault_comes_with_its_trace(new_client: NewClient, silent: tuple[str, socket.socket]) -> None:
    client = new_client(silent[0])
    client.home.database.unlink()
    with pytest.raises(RuntimeError, match=r"Traceback(.|\n)*FileNotFoundError"):
        begun(client).run()


def test_nothing_is_imported_from_where_the_app_was_started(new_client: NewClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sqlite3.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    client = new_client("http://127.0.0.1:1/v1")
    assert begun(client).run().outcome == "offline"


def test_keys_of_the_person_are_in_nobodys_way(new_client: NewClient) -> None:
    client = new_client("http://127.0.0.1:1/v1")
    client.settings = Settings(remote=client.settings.remote, keys={"help": "f1"})
    assert begun(client).run().outcome == "offline"


def test_the_app_s_end_of_it_knows_no_network() -> None:
    asked = "import ssc_tui.tui.syncing, sys; print([name for name in ('httpx', 'tenacity', 'keyring') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"
