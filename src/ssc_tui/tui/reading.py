"""Reads the copy on a thread of its own, so that no key press waits for the disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from ssc_tui.store.connection import connect

P = ParamSpec("P")
T = TypeVar("T")


class Reading:
    """A connection and the one thread that uses it; questions are answered in the order in which they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._unwanted = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")

    async def ask(self, question: Callable[Concatenate[sqlite3.Connection, P], T], *values: P.args, **options: P.kwargs) -> T:
        """The answer of a function of a connection.

        Raises:
            sqlite3.OperationalError: the question was interrupted, or the copy cannot be read.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._answer(question, *values, **options))

    def _answer(self, question: Callable[Concatenate[sqlite3.Connection, P], T], *values: P.args, **options: P.kwargs) -> T:
        self._unwanted = False
        if self._connection is None:
            self._connection = connect(self._path)
            self._connection.set_trace_callback(self._stop_if_unwanted)
        return question(self._connection, *values, **options)

    def interrupt(self) -> None:
        """Stop the question that is being answered, because nobody waits for it any more."""
        self._unwanted = True
        if self._connection is not None:
            self._connection.interrupt()

    def _stop_if_unwanted(self, _statement: str) -> None:
        """Stop at the next statement where the interruption fell between two: SQLite stops only what is running."""
        if self._unwanted and self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        """End the thread; what is being read is interrupted."""
        self.interrupt()
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def interrupted(error: Exception) -> bool:
    """Whether a question ended because it was interrupted, so that nobody waits for its answer."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
