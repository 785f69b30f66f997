"""The least there is for a WSGI server, with nothing done about its log."""

from collections.abc import Callable, Iterable
from typing import Any


def app(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answers everything alike."""
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"here"]
