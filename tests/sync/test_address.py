"""What a person types as the address of a catalogue."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ssc_tui.errors import UsageError
from ssc_tui.sync.address import Address, parse_address


@pytest.mark.parametrize(
    ("typed", "server", "bucket"),
    [
        ("https://catalogue.example.org/v1", "https://catalogue.example.org/v1", "directory"),
        (" https://catalogue.example.org/v1/ \n", "https://catalogue.example.org/v1", "directory"),
        ("catalogue.example.org", "https://catalogue.example.org/v1", "directory"),
        ("catalogue.example.org:8443", "https://catalogue.example.org:8443/v1", "directory"),
        ("catalogue.example.org/sub/v1", "https://catalogue.example.org/sub/v1", "directory"),
        ("https://catalogue.example.org", "https://catalogue.example.org/v1", "directory"),
        ("https://catalogue.example.org/v1/buckets/kenya", "https://catalogue.example.org/v1", "kenya"),
        ("https://catalogue.example.org/v1/buckets/directory/", "https://catalogue.example.org/v1", "directory"),
        ("localhost", "http://localhost/v1", "directory"),
        ("localhost:8888/v1", "http://localhost:8888/v1", "directory"),
        ("127.0.0.1:8888", "http://127.0.0.1:8888/v1", "directory"),
        ("[::1]:8888/v1", "http://[::1]:8888/v1", "directory"),
        ("http://192.168.1.4:8888/v1", "http://192.168.1.4:8888/v1", "directory"),
        ("192.168.1.4", "https://192.168.1.4/v1", "directory"),
        ("https://[2001:db8::1]/v1", "https://[2001:db8::1]/v1", "directory"),
    ],
)
def test_what_is_typed_is_understood(typed: str, server: str, bucket: str) -> None:
    address = parse_address(typed)
    assert address == Address(server, bucket)
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "https:///v1",
        "ftp://catalogue.example.org/v1",
        "file:///etc/passwd",
        "javascript://x/v1",
        "https://catalogue.example.org/about.html",
        "https://catalogue.example.org/v1?x=1",
        "https://catalogue.example.org/v1#top",
        "https://catalogue.example.org/v1/../v1",
        "https://catalogue.example.org/v1/buckets/a b",
        "https://catalogue.example.org/v1/buckets/é",
        "https://catalogue.example.org/v1/buckets/a/collections/b",
        "https://catalogue.example.org:99999/v1",
        "https://catalogue.example.org:port/v1",
        "https://[::1/v1",
        "https://cata logue.example.org/v1",
        "https://[fe80::1%25eth0]/v1",
        "https://127.1/v1",
        "https://a..b/v1",
        "https://%00/v1",
    ],
)
def test_what_is_no_address_is_said(typed: str) -> None:
    with pytest.raises(UsageError, match="is not the address of a catalogue"):
        parse_address(typed)


@pytest.mark.parametrize(
    "typed", ["https://mary:secret@catalogue.example.org/v1", "https://mary@catalogue.example.org", "mary:x@localhost", "https://a\\@b/v1"]
)
def test_names_and_passwords_do_not_belong_there(typed: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_address(typed)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("typed", "private"),
    [
        ("https://catalogue.example.org", True),
        ("http://catalogue.example.org/v1", False),
        ("http://10.0.0.1/v1", False),
        ("http://127.0.0.1:1/v1", True),
        ("http://127.9.9.9/v1", True),
        ("http://[::1]/v1", True),
        ("http://localhost/v1", True),
        ("http://localhost.example.org/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
    ],
)
def test_who_could_read_along(typed: str, private: bool) -> None:
    assert parse_address(typed).private is private


TYPED = st.one_of(
    st.text(max_size=40),
    st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), st.text(max_size=20), st.sampled_from(["", "/v1", "/v1/buckets/a"])),
    st.builds("{}:{}".format, st.from_regex(r"[a-z0-9.\-\[\]:@]{1,12}", fullmatch=True), st.integers(-1, 70000)),
)


@given(TYPED)
@example("²")
@example("xn--/v1")
@example("https://ex\u200bample.org/v1")
@example("https://xn--a.example/v1")
@example("https://straße.example/v1")
@example(f"https://{'a' * 64}.example/v1")
def test_whatever_is_typed_is_an_address_or_said(typed: str) -> None:
    try:
        address = parse_address(typed)
    except UsageError:
        return
    url = httpx.URL(address.server + "/batch")
    assert url.scheme in ("http", "https")
    assert url.host
    assert not url.userinfo
    assert url.path.endswith("/batch")
    assert parse_address(str(address)) == address
