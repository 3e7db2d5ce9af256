"""A remote catalogue on a Kinto server: its dialect of HTTP, as version 26.5 speaks it (https://docs.kinto-storage.org, API 1.x).

Two habits of Kinto shape this module. A `304` inside a batch makes the whole batch fail, so nothing here is conditional. And its links to
next pages are built from a header of the request, so pages are asked for by time stamp and the links are never followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

from ssc_tui.catalogue.kinds import COLLECTIONS, SUGGESTIONS
from ssc_tui.errors import Incompatible, Refused, SignInNeeded, Unreadable
from ssc_tui.i18n import _
from ssc_tui.sync.http import Answer, Link, raise_for
from ssc_tui.sync.remote import OWN, About, Ask, BadSince, Fate, Listed, Page, Probe, Server, Unavailable, Write, Written
from ssc_tui.sync.traffic import Traffic
from ssc_tui.text import one_line

BATCH_MAX = 25
"""Sub-requests that every Kinto takes in one batch, unless its operator lowered it."""

MISSING_RECORD = 110
"""Kinto's number for "there is no such record", in a collection that is there."""

_ETAG = re.compile(r'(?:W/)?"?(\d{1,18})"?\Z')


NEW: Final[Mapping[str, str]] = {"If-None-Match": "*"}
"""The precondition of a write that must replace nothing."""


def only(last_modified: int) -> dict[str, str]:
    """The precondition of a write that replaces one version and no other; milliseconds as the server counts."""
    return {"If-Match": f'"{last_modified}"'}


class Request(NamedTuple):
    """A sub-request of a batch; the path starts below the version of the API."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] | None = None


class Kinto:
    """A bucket on a Kinto server, over one link."""

    def __init__(self, link: Link, batch_max: int = BATCH_MAX) -> None:
        self._link = link
        self._bucket = f"/buckets/{link.address.bucket}"
        self._host = link.address.host
        self._batch_max = batch_max
        self._no_batch = False

    @property
    def traffic(self) -> Traffic:
        """What was sent and received so far."""
        return self._link.traffic

    def server(self) -> Server:
        """See `Remote.server`."""
        return self._server(self._link.ask("GET", "/"))

    def probe(self, asks: Sequence[Ask], *, server: bool) -> Probe:
        """See `Remote.probe`."""
        requests = [Request("GET", self._bucket), Request("GET", f"{self._bucket}/collections?_fields=id")]
        requests += [Request("GET", "/"), Request("GET", f"{self._bucket}/collections/{SUGGESTIONS}")] * server
        first = len(requests)
        for ask in asks:
            requests.append(Request("GET", self._changes(ask.kind, ask.since, ask.limit)))
        requests += [Request("HEAD", self._records(ask.kind)) for ask in asks if ask.counted]
        answers = self.batch(requests, patient=False)
        about = _about(answers[0], self._host)
        totals = dict(zip((ask.kind for ask in asks if ask.counted), answers[first + len(asks) :], strict=True))
        pages: dict[str, Page | Unavailable | BadSince] = {}
        for ask, answer in zip(asks, answers[first:], strict=False):
            page = self._page(answer, ask.limit)
            if isinstance(page, Page) and ask.kind in totals:
                page = page._replace(total=_number(totals[ask.kind].headers.get("total-objects")))
            pages[ask.kind] = page
        others = _others(answers[1])
        return (
            Probe(about, self._server(answers[2]), pages, others, _may_write(answers[3])) if server else Probe(about, None, pages, others)
        )

    def page(self, kind: str, since: int, limit: int) -> Page | Unavailable | BadSince:
        """See `Remote.page`."""
        return self._page(self._link.ask("GET", self._changes(kind, since, limit), patient=False), limit)

    def listing(self, kind: str, since: int, limit: int) -> tuple[list[Listed], bool]:
        """See `Remote.listing`."""
        # `_since` lists tombstones too, which only the field `deleted` tells apart.
        answer = self._link.ask("GET", self._changes(kind, since, limit) + "&_fields=id,deleted")
        page = self._page(answer, limit)
        if not isinstance(page, Page):
            # No list is not an empty list.
            raise Unreadable(_("{host} does not list its records now.").format(host=self._host))
        rows = [
            row for row in page.rows if isinstance(row, dict) and isinstance(row.get("id"), str) and type(row.get("last_modified")) is int
        ]
        return [Listed(row["id"], row["last_modified"], row.get("deleted") is True) for row in rows], page.more

    def fetch(self, kind: str, ids: Sequence[str]) -> Page:
        """See `Remote.fetch`."""
        wanted = quote(",".join(f'"{each}"' for each in ids))
        page = self._page(self._link.ask("GET", f"{self._records(kind)}?_since=0&in_id={wanted}"), len(ids) + 1)
        return page if isinstance(page, Page) else Page([], None, False)

    def write(self, writes: Sequence[Write]) -> list[Written]:
        """See `Remote.write`."""
        if self._no_batch:
            raise Refused(_("{host} is for reading alone").format(host=self._host))
        answers = self.batch([self._put(each) for each in writes])
        for answer in answers:
            if answer.status == 401:
                # Whoever is known and may not write is told 403.
                raise_for(answer, self._host)
        return [_written(each, answer) for each, answer in zip(writes, answers, strict=True)]

    def _put(self, write: Write) -> Request:
        path = f"{self._records(write.kind)}/{write.id}"
        condition = NEW if write.base is None else only(write.base)
        if write.document is None:
            return Request("DELETE", path, None, condition)
        return Request("PUT", path, {"data": write.document}, condition)

    def batch(self, requests: Sequence[Request], *, patient: bool = True) -> list[Answer]:
        """The answers to the requests, by position, from as few requests as the server takes; `patient` as in `Link.ask`.

        Raises:
            SyncError: there is no answer, or one that stands for all the others.
        """
        answers: list[Answer] = []
        while len(answers) < len(requests):
            part = requests[len(answers) : len(answers) + self._batch_max]
            answers += self._alone(part) if self._no_batch else self._together(part, patient)
        return answers

    def _together(self, requests: Sequence[Request], patient: bool) -> list[Answer]:
        """Answers to the first of the requests, as many as one batch takes."""
        body = {"requests": [_sub_request(each) for each in requests]}
        answer = self._link.ask("POST", "/batch", body, patient=patient)
        if answer.status == 405 and all(each.method in ("GET", "HEAD") for each in requests):
            # A server for reading alone refuses every POST.
            self._no_batch = True
            return []
        if answer.status == 400 and len(requests) > 1:
            hello = self._server(self._link.ask("GET", "/"))
            if hello and hello.batch_max < len(requests):
                self._batch_max = hello.batch_max
                return []
        if answer.status in (400, 413) and all(each.method in ("PUT", "DELETE") for each in requests):
            # Something on the way takes less, or one of them cannot be taken: the others are not to wait for that one.
            half = len(requests) // 2
            return self._together(requests[:half], patient) if half else [Answer(answer.status, {}, answer.body)]
        if answer.status in (403, 405):
            raise Refused(_("{host} refuses the request ({status}).").format(host=self._host, status=answer.status))
        given = answer.body.get("responses") if isinstance(answer.body, dict) else None
        if answer.status != 200 or not isinstance(given, list):
            raise Incompatible(
                _("What answers at {server} is no catalogue. Check the address; nothing was changed.").format(
                    server=self._link.address.server
                )
            )
        if len(given) != len(requests) or not all(_fits(each, request) for each, request in zip(given, requests, strict=True)):
            raise Unreadable(_("An answer of {host} does not fit what was asked.").format(host=self._host))
        answers = [
            Answer(each["status"], {name.lower(): str(value) for name, value in each["headers"].items()}, each.get("body"))
            for each in given
        ]
        for each, request in zip(answers, requests, strict=True):
            # What one collection refuses is its own affair.
            if each.status != 401 or "/records" not in request.path:
                raise_for(each, self._host)
        return answers

    def _alone(self, requests: Iterable[Request]) -> list[Answer]:
        return [self._by_itself(each) for each in requests]

    def _by_itself(self, request: Request) -> Answer:
        try:
            return self._link.ask(request.method, request.path, request.body, request.headers)
        except SignInNeeded:
            # What one collection refuses is its own affair.
            if "/records" not in request.path:
                raise
            return Answer(401, {}, None)

    def _records(self, kind: str) -> str:
        if kind == OWN:
            # https://docs.kinto-storage.org/en/stable/api/1.x/buckets.html#personal-bucket-default
            return f"/buckets/default/collections/{self._link.address.bucket}/records"
        return f"{self._bucket}/collections/{kind}/records"

    def _changes(self, kind: str, since: int, limit: int) -> str:
        return f"{self._records(kind)}?_since={since}&_sort=last_modified&_limit={limit}"

    def _page(self, answer: Answer, limit: int) -> Page | Unavailable | BadSince:
        if answer.status in (401, 403, 404):
            return Unavailable(forbidden=answer.status != 404)
        if answer.status == 400:
            return BadSince()
        rows = answer.body.get("data") if isinstance(answer.body, dict) else None
        if answer.status != 200 or not isinstance(rows, list) or len(rows) > limit:
            raise Unreadable(_("An answer of {host} does not fit what was asked.").format(host=self._host))
        found = _ETAG.match(answer.headers.get("etag", ""))
        more = len(rows) >= limit or "next-page" in answer.headers
        stripped = [_stripped(row) if isinstance(row, dict) else row for row in rows]
        return Page(stripped, int(found[1]) if found else None, more, None, self._link.date, self._link.kept_on_the_way)

    def _server(self, answer: Answer) -> Server:
        body = answer.body if isinstance(answer.body, dict) else {}
        version = str(body.get("http_api_version", ""))
        if body.get("project_name") != "kinto" or not version.startswith("1."):
            raise Incompatible(
                _("{server} runs {name}, which this program does not speak to. Check the address; nothing was changed.").format(
                    server=self._link.address.server, name=f"{body.get('project_name', _('something else'))} {version}".strip()
                )
            )
        settings, user = body.get("settings"), body.get("user")
        most = settings.get("batch_max_requests") if isinstance(settings, dict) else None
        name = user.get("id") if isinstance(user, dict) else None
        return Server(max(1, most) if isinstance(most, int) else BATCH_MAX, name if isinstance(name, str) else None)


def refusal(answer: Answer) -> str:
    """Why a server refused, in its own words."""
    body = answer.body if isinstance(answer.body, dict) else {}
    details = body.get("details")
    if isinstance(details, list) and details and all(isinstance(each, dict) for each in details):
        return one_line("; ".join(f"{each.get('name')}: {each.get('description')}" for each in details))
    return one_line(str(body.get("message") or body.get("error") or answer.status))


def _sub_request(request: Request) -> dict[str, Any]:
    parts = {"method": request.method, "path": request.path, "body": request.body, "headers": request.headers}
    return {name: value for name, value in parts.items() if value is not None and value != "GET"}


def _written(write: Write, answer: Answer) -> Written:
    body = answer.body if isinstance(answer.body, dict) else {}
    row, details = body.get("data"), body.get("details")
    if answer.status in (200, 201) and isinstance(row, dict):
        return Written(Fate.TAKEN, _stripped(row))
    if answer.status == 412:
        existing = details.get("existing") if isinstance(details, dict) else None
        return Written(Fate.OVERTAKEN, _stripped(existing) if isinstance(existing, dict) else None)
    if answer.status == 404 and body.get("errno") == MISSING_RECORD:
        return Written(Fate.GONE)
    if answer.status == 403:
        return Written(Fate.FORBIDDEN, None, refusal(answer))
    if answer.status in (404, 405):
        return Written(Fate.DENIED, None, refusal(answer))
    if answer.status == 413 and not body:
        # Something on the way said so, and not in the words of the catalogue.
        return Written(Fate.UNFIT, None, _("It is larger than what the way to the catalogue lets through."))
    if answer.status in (400, 413, 415):
        return Written(Fate.UNFIT, None, refusal(answer))
    return Written(Fate.LATER, None, refusal(answer))


def _stripped(row: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what Kinto itself adds where it holds records against a schema."""
    return {name: value for name, value in row.items() if name != "schema"}


def _fits(given: Any, request: Request) -> bool:
    """Whether a part of an answer is one to the request, by its form and its path."""
    if not isinstance(given, dict) or type(given.get("status")) is not int or not isinstance(given.get("headers"), dict):
        return False
    path = given.get("path")
    return isinstance(path, str) and path.endswith(urlsplit(request.path).path.rstrip("/") or "/")


def _about(answer: Answer, host: str) -> About:
    """What the metadata of the bucket say.

    Raises:
        Refused: we may not read it.
        Incompatible: there is no catalogue in it.
    """
    if answer.status == 403:
        raise Refused(_("{host} does not let you read the catalogue, or has none under this name.").format(host=host))
    data = answer.body.get("data") if isinstance(answer.body, dict) else None
    dataset = data.get("dataset") if isinstance(data, dict) else None
    stated = data.get("format") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(dataset, str) or not dataset or type(stated) is not int:
        raise Incompatible(_("There is no catalogue of this program at {host}. Check the address; nothing was changed.").format(host=host))
    epoch, oldest = data.get("epoch"), data.get("min_client")
    return About(
        dataset,
        epoch if isinstance(epoch, str) else None,
        stated,
        oldest if isinstance(oldest, str) else None,
        data.get("serialised_writer") is True,
    )


def _may_write(answer: Answer) -> bool | None:
    """Whether we may write to everything in a collection: Kinto shows who may to those alone; None where there is no such collection."""
    shown = answer.body.get("permissions") if isinstance(answer.body, dict) and answer.status == 200 else None
    return bool(shown) if isinstance(shown, dict) else None


def _others(answer: Answer) -> tuple[str, ...]:
    """Collections of the bucket that are none of ours."""
    rows = answer.body.get("data") if isinstance(answer.body, dict) else None
    names = [row.get("id") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return tuple(sorted(name for name in names if isinstance(name, str) and name not in COLLECTIONS))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 16 else None
