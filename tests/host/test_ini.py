"""The server file, as the parser of Kinto reads it."""

from __future__ import annotations

import configparser
from collections.abc import Mapping

import pytest

from ssc_tui.host.ini import Secrets, ServerFile, socket_address

SECRETS = Secrets("a" * 64, "b" * 64)


def parsed(text: str) -> Mapping[str, Mapping[str, str]]:
    parser = configparser.ConfigParser(defaults={"http_port": "8888"})
    parser.read_string(text)
    return {name: dict(parser[name]) for name in ("server:main", "pipeline:main", "app:kinto")}


@pytest.mark.parametrize("database", [None, "postgresql://kinto@/kinto"])
def test_writes_are_serialised_compressed_and_limited(database: str | None) -> None:
    file = parsed(ServerFile(SECRETS, database).text())
    assert file["server:main"]["threads"] == "1"
    assert file["server:main"]["listen"] == "127.0.0.1:8888"
    assert file["server:main"]["max_request_body_size"] == "4194304"
    assert file["pipeline:main"]["pipeline"] == "gzip kinto"
    kinto = file["app:kinto"]
    assert kinto["kinto.includes"].split() == [f"kinto.plugins.{name}" for name in ("default_bucket", "accounts", "history")]
    assert (kinto["kinto.batch_max_requests"], kinto["kinto.paginate_by"]) == ("100", "1000")
    assert kinto["kinto.userid_hmac_secret"] == SECRETS.users
    assert kinto["kinto.default_bucket_hmac_secret"] == SECRETS.buckets
    for right in ("account_create", "account_write", "bucket_create"):
        assert kinto[f"kinto.{right}_principals"] == "account:admin"
    for part in ("storage", "cache", "permission"):
        assert kinto[f"kinto.{part}_backend"] == f"kinto.core.{part}.{'postgresql' if database else 'memory'}"
        assert kinto.get(f"kinto.{part}_url") == database
    assert "kinto.http_host" not in kinto


def test_an_address_with_per_cent_signs_survives() -> None:
    address = "postgresql://kinto:p%40ss%20word@db.example.org/kinto"
    assert parsed(ServerFile(SECRETS, address).text())["app:kinto"]["kinto.storage_url"] == address
    assert socket_address("/a folder/of%20data") == "postgresql://postgres@/postgres?host=/a%20folder/of%2520data"


def test_a_reader_behind_a_proxy() -> None:
    database = "postgresql:///kinto?host=/run/postgresql"
    file = ServerFile(SECRETS, database, "127.0.0.2", "https://catalogue.example.org/", read_only=True)
    kinto = parsed(file.text())["app:kinto"]
    assert kinto["kinto.storage_url"] == kinto["kinto.permission_url"] == f"{database}&options=-c%20default_transaction_read_only%3Don"
    assert parsed(file.text())["server:main"]["listen"] == "127.0.0.2:8888 127.0.0.1:8888"
    assert kinto["kinto.includes"].split()[-1] == "ssc_tui.host.reading"
    assert kinto["kinto.cache_backend"] == "kinto.core.cache.memory"
    assert (kinto["kinto.http_scheme"], kinto["kinto.http_host"]) == ("https", "catalogue.example.org")


def test_other_addresses_are_listened_on_beside_our_own() -> None:
    listened = {host: parsed(ServerFile(SECRETS, host=host).text())["server:main"]["listen"] for host in ("0.0.0.0", "::", "192.168.1.5")}
    assert listened == {"0.0.0.0": "0.0.0.0:8888", "::": "[::]:8888 127.0.0.1:8888", "192.168.1.5": "192.168.1.5:8888 127.0.0.1:8888"}
