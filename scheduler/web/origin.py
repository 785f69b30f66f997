"""Whether a request that changes something comes from a page of ours (bar-S5).

The form token is checked by Flask-WTF as well; this one needs no token and is looked at
first, so that not even the answer to a foreign form tells anything.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import request

from scheduler.web import here

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_ours() -> bool:
    """Reading is always ours. A browser that says where it comes from must say: here.

    Old browsers and tools say nothing; for them the token alone decides.
    """
    if request.method in _READING:
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin in _own_origins()


def _own_origins() -> frozenset[str]:
    parts = urlsplit(here.settings().public_url)
    if here.settings().https:
        return frozenset({f"https://{parts.netloc}"})
    return frozenset({f"http://{request.host}"})  # only loopback names get this far
