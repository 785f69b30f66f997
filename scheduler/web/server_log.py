"""What a web server writes down (bar-L7): which page by its name, how it was answered,
how long it took, and from about where. Never the address that was asked for, what
stood in it, whose browser it was, or where she came from.

Whatever the server was told to write: the lines are made here, from what may be said.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import request

if TYPE_CHECKING:
    from flask import Flask

NAME: Final = "quietline.page"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})

_ACCESS: Final = "gunicorn.access"
_TROUBLE: Final = ("gunicorn.error", "waitress")
# What is said of processes knows of no request: pids, and how they ended.
_OF_PROCESSES: Final = ("WORKER TIMEOUT (", "Worker (pid:")
_WIDTHS: Final = {4: 24, 6: 48}


def install(app: Flask) -> None:
    """Each request tells the server the name of its page."""
    app.before_request(_name_the_page)


def _name_the_page() -> None:
    request.environ[NAME] = request.endpoint or "-"


def quiet() -> None:
    """From now on, in this process, the server's loggers write only what they may."""
    for name, rule in (
        (_ACCESS, _access),
        *((each, _trouble) for each in _TROUBLE),
    ):
        logger = logging.getLogger(name)
        if rule not in logger.filters:
            logger.addFilter(rule)


def _access(record: logging.LogRecord) -> bool:
    """One line a request, whatever format was asked for."""
    said = record.args if isinstance(record.args, Mapping) else {}
    record.msg, record.args = line(said), ()
    record.exc_info = record.exc_text = record.stack_info = None
    return True


def line(said: Mapping[str, Any]) -> str:
    """The line of one request, of what gunicorn knows of it."""
    method = str(said.get("m"))
    page = said.get(f"{{{NAME}}}e") or "-"
    return (
        f"{page} {method if method in METHODS else '-'} {_number(said.get('s'))} "
        f"{_number(said.get('B'))} B {_number(said.get('M'))} ms "
        f"{whereabouts(str(said.get('h')))}"
    )


def _number(value: object) -> str:
    text = str(value)
    return text if text.isascii() and text.isdigit() else "-"


def whereabouts(address: str) -> str:
    """A network address without its end: about where, and not who."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "-"
    width = _WIDTHS[found.version]
    return str(ipaddress.ip_network((found, width), strict=False).network_address)


def _trouble(record: logging.LogRecord) -> bool:
    """Its kind only: gunicorn puts address and headers into what it says."""
    of_processes = str(record.msg).startswith(_OF_PROCESSES)
    if record.levelno == logging.INFO or of_processes:
        return True
    kind = record.exc_info[0] if isinstance(record.exc_info, tuple) else None
    of_kind = f": {kind.__name__}" if kind else ""
    record.msg, record.args = f"trouble with a request{of_kind}", ()
    record.exc_info = record.exc_text = record.stack_info = None
    return True
