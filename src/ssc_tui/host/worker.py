"""The server's own process: one Kinto with the tables and the first account that it needs, answering until it is stopped.

Run as `python -m ssc_tui.host.worker INI PORT [PASSWORD_FILE [--reset]]`. It does in one process what `kinto migrate`, `kinto
create-user` and `kinto start` do in three: accounts in memory would be gone after the second.
"""

from __future__ import annotations

import logging.config
import os
import sys
from pathlib import Path

from kinto.core.scripts import migrate
from kinto.core.storage.exceptions import ObjectNotFoundError
from kinto.plugins.accounts.scripts import create_user
from paste.deploy import loadapp, loadfilter, loadserver
from pyramid.registry import Registry

from ssc_tui.host.ini import ADMIN


def main(ini: str, port: str, password_file: str | None, reset: bool) -> None:
    """Serve what the server file says on the port.

    Args:
        ini: the path of the server file.
        port: the port.
        password_file: holds the password of the first account; None where nothing can be written.
        reset: whether the first account gets the password of the file although it is there already.
    """
    # Kinto says by a digest of this file which settings it runs with.
    os.environ["KINTO_INI"] = ini
    logging.config.fileConfig(ini, {"http_port": port}, disable_existing_loggers=False)
    source, variables = f"config:{ini}", {"http_port": port}
    kinto = loadapp(source, name="kinto", global_conf=variables)
    registry: Registry = kinto.registry
    if password_file:
        migrate({"registry": registry})
        if reset or not _has_admin(registry):
            create_user({"registry": registry}, username=ADMIN, password=Path(password_file).read_text(encoding="utf-8").strip())
    compress = loadfilter(source, name="gzip", global_conf=variables)
    loadserver(source, global_conf=variables)(compress(kinto))


def _has_admin(registry: Registry) -> bool:
    try:
        registry.storage.get(resource_name="account", parent_id=ADMIN, object_id=ADMIN)
    except ObjectNotFoundError:
        return False
    return True


if __name__ == "__main__":
    _program, ini, port, *more = sys.argv
    main(ini, port, more[0] if more else None, reset="--reset" in more)
