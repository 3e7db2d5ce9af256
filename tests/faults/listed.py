"""A list of faults, each a function under its number in the specification, and what the lists share."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar

import httpx
import pytest
from tests.faults.fake_kinto import FakeKinto
from tests.faults.wire import Handler

from ssc_tui.catalogue.kinds import COLLECTIONS

Scene = TypeVar("Scene")


class Listed(list[Any], Generic[Scene]):
    """The faults of one scene, as parameters of a test."""

    def __call__(self, number: str) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
        """Put a function into the list."""

        def add(function: Callable[[Scene], None]) -> Callable[[Scene], None]:
            self.append(pytest.param(function, id=number))
            return function

        return add


def breaking(handler: Handler, last: int) -> Handler:
    """A server that can be asked fewer than `last` times."""
    asked = itertools.count(1)

    def answer(request: httpx.Request) -> httpx.Response:
        if next(asked) >= last:
            raise httpx.ReadError("connection reset", request=request)
        return handler(request)

    return answer


class Counting:
    """A server that counts what it has taken of each record of these kinds, by kind and id, and is gone once the client was killed."""

    def __init__(self, server: FakeKinto, kinds: Collection[str] = COLLECTIONS) -> None:
        self.server = server
        self.kinds = kinds
        self.taken: Counter[tuple[str, str]] = Counter()
        self.gone = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if self.gone:
            raise httpx.ConnectError("the client was killed", request=request)
        before = self._stamps()
        answer = self.server(request)
        self.taken.update(reference for reference, stamp in self._stamps().items() if before.get(reference) != stamp)
        return answer

    def leave(self) -> None:
        """Be gone, for a client that is killed."""
        self.gone = True

    def _stamps(self) -> dict[tuple[str, str], int]:
        return {
            (kind, record_id): row["last_modified"]
            for kind, shelf in self.server.shelves.items()
            if kind in self.kinds
            for record_id, row in {**shelf.graves, **shelf.rows}.items()
        }
