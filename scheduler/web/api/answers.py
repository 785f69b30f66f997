"""Answering a program: what was done, or every rule that says no (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app, jsonify

from scheduler.domain.decision import Audience, Decision, Reason
from scheduler.domain.explain import explain

if TYPE_CHECKING:
    from flask import Response


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    fields: Mapping[str, str] | None = None,
    reasons: Iterable[Reason] = (),
    following: Iterable[datetime] = (),
) -> Response:
    """What is wrong, and what to do."""
    said: dict[str, Any] = {"status": status, "title": title, "detail": detail}
    if fields:
        said["fields"] = dict(fields)
    told = [reason(each) for each in reasons]
    if told:
        said["reasons"] = told
    starts = [each.isoformat() for each in following]
    if starts:
        said["next"] = starts
    body = current_app.json.dumps(said)
    return current_app.response_class(body, status, mimetype="application/problem+json")


def refused(decision: Decision, following: Iterable[datetime] = ()) -> Response:
    """A no by the rules, in the words anybody may see (E5)."""
    shown = decision.shown_to(Audience.ANYBODY)
    first = explain(shown.reasons[0])
    return problem(
        HTTPStatus.CONFLICT,
        first.fact,
        f"{first.sentence} {first.remedy}".strip(),
        reasons=shown.reasons,
        following=following,
    )


def reason(code: Reason) -> dict[str, str]:
    """One rule, in a sentence that says the remedy."""
    return {"code": code.value, "sentence": explain(code).text}


def done(what: Mapping[str, Any], status: int = HTTPStatus.OK) -> Response:
    """What came of it."""
    answer = jsonify(dict(what))
    answer.status_code = status
    return answer
