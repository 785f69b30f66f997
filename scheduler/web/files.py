"""What a page hands out to be kept as a file."""

from __future__ import annotations

from flask import Response


def attached(body: str | bytes, kind: str, name: str) -> Response:
    """A file to save; its name says nothing of anybody."""
    answer = Response(body, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
