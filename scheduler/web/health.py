"""`/health`: how the installation stands, for people and for whatever watches it.

Open to all and the same for all. JSON unless a page is asked for; 503 when the check of
the zone data fails, the worker does not tick or the database does not answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, jsonify, make_response, render_template, request

from scheduler.services import health
from scheduler.web import health_words, here
from scheduler.web.access import open_to_all

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.wrappers import Response

    from scheduler.domain.zones import KnownAnswer
    from scheduler.services.health import ClockCheck, Health, Sender, Ticks

pages = Blueprint("health", __name__)

_KINDS: Final = ("application/json", "text/html")


@pages.get("/health")
@open_to_all
def overview() -> Response:
    """Versions, zone data, check, last tick, sender; nothing of anybody."""
    found = health.look(here.house())
    if request.accept_mimetypes.best_match(_KINDS, default=_KINDS[0]) == _KINDS[0]:
        response = jsonify(_plain(found))
    else:
        response = make_response(
            render_template(
                "health/overview.html",
                seen=found,
                wrongs=health_words.wrongs(found),
                lines=health_words.lines(found),
            )
        )
    response.status_code = 200 if found.well else 503
    response.headers["Vary"] = "Accept"
    return response


def _plain(found: Health) -> dict[str, Any]:
    zones = found.zones
    return {
        "well": found.well,
        "at": found.at.isoformat(timespec="seconds"),
        "versions": {
            "quietline": found.quietline,
            "python": found.python,
            "database": found.database,
        },
        "zone_data": {
            "packaged": zones.packaged,
            "host": zones.host or None,
            "host_is_stale": zones.host_is_stale,
            "host_differs_for": list(zones.differing),
        },
        "database": {"answers": not found.trouble, "trouble": found.trouble or None},
        "clock_check": _clock(found.clock) if found.clock else None,
        "ticks": _ticks(found.ticks) if found.ticks else None,
        "sender": _sender(found.sender) if found.sender else None,
    }


def _clock(clock: ClockCheck) -> dict[str, Any]:
    return {
        "right": clock.right,
        "checked_at": _iso(clock.checked_at),
        "fresh": clock.fresh,
        "wrong": [_answer(each) for each in clock.wrong],
    }


def _ticks(ticks: Ticks) -> dict[str, Any]:
    seconds = None if ticks.age is None else round(ticks.age.total_seconds())
    return {
        "fresh": ticks.fresh,
        "last_at": _iso(ticks.last_at),
        "age_seconds": seconds,
        "workers": [
            {
                "id": each.id,
                "version": each.version,
                "started_at": _iso(each.started_at),
                "last_at": _iso(each.last_at),
                "fresh": each.fresh,
            }
            for each in ticks.workers
        ],
    }


def _sender(sender: Sender) -> dict[str, Any]:
    return {
        "carrier": sender.carrier,
        "state": "stopped" if sender.stopped else "on",
        "why": sender.stopped or None,
        "since": _iso(sender.since),
    }


def _answer(known: KnownAnswer) -> dict[str, str]:
    return {
        "zone": known.zone,
        "wall": known.wall.isoformat(timespec="minutes"),
        "should_be": known.utc.isoformat(timespec="minutes"),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
