"""An app in a process of its own under waitress, as `quietline run` serves it, and how
long one client at a time waits for an answer over loopback."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from time import perf_counter, sleep
from typing import Any

import waitress
from flask import Flask

from scheduler.web.app import stay

THREADS = 8
OK = 200


@contextmanager
def served(build: Callable[[], Any]) -> Iterator[int]:
    """The port of an app that is built in the new process."""
    ready = socket.create_server(("127.0.0.1", 0))
    port: int = ready.getsockname()[1]
    pid = os.fork()
    if not pid:
        try:
            app = build()
            stay()
            waitress.serve(app, sockets=[ready], threads=THREADS, ident=None)
        finally:
            os._exit(1)
    ready.close()
    try:
        _wait_for(port)
        yield port
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _wait_for(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise SystemExit("The server does not come up.")


def hello() -> Any:
    """The yardstick: the least that Flask can answer."""
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


class Client:
    """One client on one connection, signed in by a cookie."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._conn = HTTPConnection("127.0.0.1", port)
        self._headers = {"Cookie": f"sid={cookie}"} if cookie else {}

    def get(self, path: str) -> bytes:
        """What is answered. Raises when it is not 200."""
        self._conn.request("GET", path, headers=self._headers)
        answer = self._conn.getresponse()
        body = answer.read()
        if answer.status != OK:
            raise SystemExit(f"{answer.status} for {path}: {body[:300]!r}")
        return body

    def p50(self, path: str, times: int) -> float:
        """Milliseconds, median of so many."""
        took = []
        for _ in range(times):
            begin = perf_counter()
            self.get(path)
            took.append(perf_counter() - begin)
        return median(took) * 1000
