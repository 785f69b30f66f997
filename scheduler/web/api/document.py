"""The OpenAPI document of the JSON door, from its shapes."""

from __future__ import annotations

from typing import Any, Final

from scheduler.web.api.shapes import ANSWERED, ASKED, COUNSELLOR, DAY, ID, Shape, ref

PREFIX: Final = "/api/v1"

_PROBLEMS: Final = {
    "400": "The request is no JSON that can be read.",
    "401": "There is no token, or it does not count.",
    "403": "The token is not for this.",
    "404": "There is nothing under that name, for whoever asks.",
    "409": "A rule says no; `reasons` has every one of them.",
    "422": "A field is not as it must be; `fields` says which.",
}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key sent twice is done once.",
    "schema": {"type": "string", "pattern": "^[!-~]{8,64}$"},
}


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Quietline",
            "version": "1",
            "description": (
                "Find, hold, book, move and cancel sessions by the rules of the pages. "
                "A refusal lists every rule that says no, each with a sentence that "
                "says what would make it a yes. File codes travel in bodies only."
            ),
        },
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**ASKED, **ANSWERED},
        },
    }


def _paths() -> dict[str, Any]:
    session = _in_path("session", ID)
    return {
        "/openapi.json": {
            "get": {
                "summary": "This document",
                "security": [],
                "responses": {"200": _answer("The document.", {"type": "object"})},
            }
        },
        "/find": {
            "post": _act("The best six starts", "Search", ("200", "Found")),
        },
        "/holds": {
            "post": _act("Keep a time for some minutes", "Hold", ("201", "Held")),
        },
        "/holds/{hold}": {
            "delete": {
                **_act("Give a held time back", None, ("204", None)),
                "parameters": [_in_path("hold", ID)],
            },
        },
        "/sessions": {
            "post": {
                **_act("Book a session", "Booking", ("201", "Session")),
                "parameters": [_KEY],
            },
        },
        "/sessions/{session}/move": {
            "post": {
                **_act("Another time for it", "Move", ("200", "Session")),
                "parameters": [session, _KEY],
            },
        },
        "/sessions/{session}/cancel": {
            "post": {
                **_act("Cancel it", "Cancellation", ("200", "Session")),
                "parameters": [session],
            },
        },
        "/roster/{counsellor}/{day}": {
            "get": {
                **_act("A counsellor's sessions on a day", None, ("200", "Roster")),
                "parameters": [
                    _in_path("counsellor", COUNSELLOR),
                    _in_path("day", DAY),
                ],
            },
        },
    }


def _in_path(name: str, shape: Shape) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": shape}


def _act(
    summary: str,
    asked: str | None,
    done: tuple[str, str | None],
) -> dict[str, Any]:
    status, answered = done
    made: dict[str, Any] = {
        "summary": summary,
        "responses": {
            status: _answer("Done.", ref(answered) if answered else None),
            **{
                code: _answer(words, ref("Problem"), "application/problem+json")
                for code, words in _PROBLEMS.items()
            },
        },
    }
    if asked is not None:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": ref(asked)}},
        }
    return made


def _answer(
    words: str, shape: Shape | None, kind: str = "application/json"
) -> dict[str, Any]:
    if shape is None:
        return {"description": words}
    return {"description": words, "content": {kind: {"schema": shape}}}
