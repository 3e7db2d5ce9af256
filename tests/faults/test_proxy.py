"""The fault proxy does what its plans say: seen with plain sockets."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from typing import cast

import pytest
from tests.faults.proxy import FaultProxy, Plan, Reset
from tests.waiting import within

QUESTION = b"question" * 10
ANSWER = b"0123456789" * 20


class _Answering(socketserver.BaseRequestHandler):
    """Answers each question that came whole, until the other side leaves."""

    def handle(self) -> None:
        came = b""
        while piece := self.request.recv(4096):
            came += piece
            while len(came) >= len(QUESTION):
                came = came[len(QUESTION) :]
                cast(_Server, self.server).answered += 1
                self.request.sendall(ANSWER)


class _Server(socketserver.ThreadingTCPServer):
    answered = 0


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def proxy(server: _Server) -> Iterator[FaultProxy]:
    with FaultProxy("127.0.0.1", server.server_address[1]) as proxy:
        yield proxy


def ask(proxy: FaultProxy, much: int = len(ANSWER), timeout: float = 5) -> bytes:
    """Send the question on a connection of its own; returns what came until the answer was whole or the connection ended."""
    with socket.create_connection((proxy.host, proxy.port), timeout) as client:
        client.sendall(QUESTION)
        came = b""
        while len(came) < much and (piece := client.recv(4096)):
            came += piece
        return came


def test_without_a_plan_all_passes(proxy: FaultProxy) -> None:
    assert ask(proxy) == ANSWER
    assert [(link.up, link.down) for link in proxy.connections] == [(len(QUESTION), len(ANSWER))]


def test_several_questions_on_one_connection(proxy: FaultProxy, server: _Server) -> None:
    with socket.create_connection((proxy.host, proxy.port), 5) as client:
        for number in (1, 2, 3):
            client.sendall(QUESTION)
            came = b""
            while len(came) < len(ANSWER):
                came += client.recv(4096)
            assert (came, server.answered) == (ANSWER, number)
    assert len(proxy.connections) == 1


def test_each_connection_takes_the_next_plan(proxy: FaultProxy) -> None:
    proxy.plans.extend([Plan(cut_down=3), Plan()])
    proxy.plan = Plan(cut_down=7)
    assert [ask(proxy) for _ in range(4)] == [ANSWER[:3], ANSWER, ANSWER[:7], ANSWER[:7]]
    assert [link.plan.cut_down for link in proxy.connections] == [3, None, 7, 7]


@pytest.mark.parametrize("much", [0, 1, 50, len(ANSWER) - 1])
def test_cut_on_the_way_down(proxy: FaultProxy, much: int) -> None:
    proxy.plan = Plan(cut_down=much)
    assert ask(proxy) == ANSWER[:much]
    assert proxy.connections[0].down == much


def test_abrupt_cut_is_a_reset(proxy: FaultProxy) -> None:
    proxy.plan = Plan(cut_down=5, abrupt=True)
    with pytest.raises(ConnectionResetError):
        ask(proxy)


def test_cut_on_the_way_up(proxy: FaultProxy, server: _Server) -> None:
    proxy.plan = Plan(cut_up=len(QUESTION) - 1)
    assert ask(proxy) == b""
    assert (server.answered, proxy.connections[0].up) == (0, len(QUESTION) - 1)


@pytest.mark.parametrize(("reset", "answered"), [(Reset.ON_CONNECT, 0), (Reset.BEFORE_REQUEST, 0), (Reset.BEFORE_ANSWER, 1)])
def test_reset(proxy: FaultProxy, server: _Server, reset: Reset, answered: int) -> None:
    proxy.plan = Plan(reset=reset)
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        ask(proxy)
    assert server.answered == answered
    assert proxy.connections[0].down == 0


def test_garbage_instead_of_the_answer(proxy: FaultProxy, server: _Server) -> None:
    proxy.plan = Plan(garbage=b"\x00\xff not http")
    assert ask(proxy) == b"\x00\xff not http"
    assert server.answered == 0


def test_stall_leaves_the_connection_open(proxy: FaultProxy) -> None:
    proxy.plan = Plan(stall=4)
    with socket.create_connection((proxy.host, proxy.port), 0.3) as client:
        client.sendall(QUESTION)
        came = b""
        while len(came) < 4:
            came += client.recv(4096)
        assert came == ANSWER[:4]
        with pytest.raises(TimeoutError):
            client.recv(4096)


def test_latency_delays_each_question(proxy: FaultProxy) -> None:
    proxy.plan = Plan(latency=0.2)
    began = time.monotonic()
    assert ask(proxy) == ANSWER
    assert time.monotonic() - began >= 0.2


def test_rate_in_both_directions(proxy: FaultProxy) -> None:
    proxy.plan = Plan(rate=400)
    began = time.monotonic()
    assert ask(proxy) == ANSWER
    # Twenty bytes go at once, so that the last piece waits for nothing.
    assert time.monotonic() - began >= (len(QUESTION) + len(ANSWER) - 40) / 400


def test_nobody_behind_the_proxy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with FaultProxy("127.0.0.1", port) as proxy, pytest.raises(ConnectionResetError):
        ask(proxy)


def test_leaving_ends_connections_that_are_open(server: _Server) -> None:
    with FaultProxy("127.0.0.1", server.server_address[1], Plan(stall=0)) as proxy:
        client = socket.create_connection((proxy.host, proxy.port), 5)
        client.sendall(QUESTION)
        assert within(10, lambda: proxy.connections and proxy.connections[0].up)
    with client, pytest.raises(ConnectionResetError):
        client.recv(10)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((proxy.host, proxy.port), 5)
