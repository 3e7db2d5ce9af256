"""The other end: `serve` runs a catalogue on this machine until it is told to stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from types import FrameType
from typing import NoReturn

from ssc_tui.cli.bar import telling
from ssc_tui.cli.plain import Output
from ssc_tui.host.bucket import OPEN, SIGNED_IN
from ssc_tui.host.ini import ADMIN, socket_address
from ssc_tui.host.opening import Opened, Wish, open_catalogue
from ssc_tui.host.private import Folder, server_folder
from ssc_tui.host.ready import tell_ready
from ssc_tui.host.server import Server, Wanted, is_loopback, running, server_file
from ssc_tui.i18n import _, ngettext
from ssc_tui.paths import Home
from ssc_tui.sync.address import parse_address
from ssc_tui.sync.http import Link

READERS = {"open": OPEN, "signed-in": SIGNED_IN, None: None}


def serve(
    home: Home,
    out: Output,
    *,
    host: str,
    port: int,
    memory: bool,
    database: str | None,
    public: str | None,
    read_only: bool,
    name: str | None,
    readers: str | None,
    empty: bool,
    new_epoch: bool,
    print_ini: bool,
) -> int:
    """Serve a catalogue until told to stop: JSON `{"url", "user", "password_file"}` as soon as it answers."""
    folder = server_folder(home)
    wanted = Wanted(host, port, memory, database, public, read_only)
    if print_ini:
        return _print_ini(out, folder, wanted)
    with suppress(KeyboardInterrupt), _told_to_stop(), running(folder, wanted) as server:
        opened = None
        if server.password:
            link = Link(parse_address(server.url), (ADMIN, server.password))
            with closing(link), telling(out, _("Loading the catalogue that came with ssc-tui")) as progress:
                opened = open_catalogue(link, Wish(name, READERS[readers], empty, new_epoch), progress)
        _announce(out, folder, wanted, server, opened)
        tell_ready()
        raise server.wait()
    out.say(_("Stopped. Nothing is kept.") if memory else _("Stopped. What was written is kept."))
    return 0


def _print_ini(out: Output, folder: Folder, wanted: Wanted) -> int:
    database = wanted.database or (None if wanted.memory else socket_address(str(folder.postgres)))
    text = server_file(folder, wanted, database).text()
    if out.as_json:
        out.json({"ini": text})
    else:
        out.lines(text.splitlines())
    return 0


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Ctrl-C, the end of the terminal and the signal of a service manager raise KeyboardInterrupt, once: what follows is an orderly end."""
    names = [number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))]

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        for name in names:
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = [signal.signal(name, stop) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


def _announce(out: Output, folder: Folder, wanted: Wanted, server: Server, opened: Opened | None) -> None:
    url = f"{wanted.public.rstrip('/')}/v1" if wanted.public else server.url
    if out.as_json:
        signing = {"user": ADMIN, "password_file": str(folder.password)} if server.password else {"user": None, "password_file": None}
        out.json({"url": url, **signing})
    else:
        # What is no terminal may be a log that others read.
        out.lines(_in_words(folder, wanted, server, opened, url, show_password=server.password_is_new and out.on_terminal))
    if not is_loopback(wanted.host) and not (wanted.public or "").startswith("https:"):
        out.say(_("Others can reach it, and whoever sits between can read along: docs/head-office.md puts encryption before it."))
    out.flush()


def _in_words(folder: Folder, wanted: Wanted, server: Server, opened: Opened | None, url: str, show_password: bool) -> Iterator[str]:
    if opened is None:
        yield _("It answers reads at {url}.").format(url=url)
    else:
        records = ngettext("{n} record", "{n} records", opened.records)
        yield _("The catalogue {dataset}, {records}, answers at {url}").format(dataset=opened.dataset, records=records, url=url)
        yield _("Connect:  ssc-tui remote {url}").format(url=url)
        yield _("Sign in:  ssc-tui login --user {user}").format(user=ADMIN)
        if show_password:
            yield _("Password: {password}   (shown this once, and kept in {path})").format(password=server.password, path=folder.password)
        else:
            yield _("Password: in {path}").format(path=folder.password)
    if wanted.memory:
        yield _("Everything is in memory, and gone when it ends.")
    yield _("Ctrl-C stops it.")
