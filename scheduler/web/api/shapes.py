"""The shapes of what is asked and answered, as JSON Schema.

One text serves twice: it is published as OpenAPI, and what comes in is checked by it.
Ids are strings; instants are RFC 3339 with an offset; days are `2026-12-02`.
"""

from __future__ import annotations

from typing import Any, Final

from scheduler.domain.decision import Reason
from scheduler.domain.plan import Format

Shape = dict[str, Any]

SHORTEST, LONGEST, STEP = 5, 240, 5
MOST_SEATS: Final = 12

CODE: Final[Shape] = {
    "type": "string",
    "pattern": "^[A-Z]-[0-9]{4}$",
    "description": "A file code.",
    "examples": ["K-1042"],
}
COUNSELLOR: Final[Shape] = {
    "type": "string",
    "pattern": "^[1-9][0-9]{0,8}$",
    "description": "A counsellor, as `find` and `roster` name her.",
}
ID: Final[Shape] = {"type": "string", "format": "uuid"}
INSTANT: Final[Shape] = {
    "type": "string",
    "format": "date-time",
    "description": "With an offset. A start lies on a grid of five minutes.",
}
DAY: Final[Shape] = {"type": "string", "format": "date"}
MINUTES: Final[Shape] = {
    "type": "integer",
    "minimum": SHORTEST,
    "maximum": LONGEST,
    "multipleOf": STEP,
}
FORMAT: Final[Shape] = {"enum": [each.value for each in Format]}
LANGUAGE: Final[Shape] = {"type": "string", "pattern": "^[a-z]{2,3}$"}
SPECIALITY: Final[Shape] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 24,
    "description": "One that a counsellor named; any other finds nobody.",
}
BY: Final[Shape] = {
    "enum": ["client", "agency"],
    "description": (
        "By the client, on the line: nothing is sent. By the agency: one text of its "
        "kind leaves if her plan allows it; if not, somebody must be in the room."
    ),
}


def of(required: dict[str, Shape], **optional: Shape) -> Shape:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def many(item: Shape) -> Shape:
    """A list of them."""
    return {"type": "array", "items": item}


def ref(name: str) -> Shape:
    """A shape by its name in the document."""
    return {"$ref": f"#/components/schemas/{name}"}


ASKED: Final[dict[str, Shape]] = {
    "Search": of(
        {"client": CODE, "format": FORMAT, "minutes": MINUTES, "from": DAY},
        counsellor=COUNSELLOR,
        language=LANGUAGE,
        speciality=SPECIALITY,
    ),
    "Hold": of({"counsellor": COUNSELLOR, "start": INSTANT, "minutes": MINUTES}),
    "Booking": of(
        {
            "clients": {
                "type": "array",
                "items": CODE,
                "minItems": 1,
                "maxItems": MOST_SEATS,
                "uniqueItems": True,
            },
            "counsellor": COUNSELLOR,
            "start": INSTANT,
            "minutes": MINUTES,
            "format": FORMAT,
        },
        language=LANGUAGE,
        hold={**ID, "description": "The hold it rests on."},
    ),
    "Move": of({"start": INSTANT, "by": BY}, counsellor=COUNSELLOR),
    "Cancellation": of({"by": BY}),
}

_REASON: Final[Shape] = of(
    {
        "code": {"enum": [each.value for each in Reason]},
        "sentence": {"type": "string", "description": "The fact, why, the remedy."},
    }
)
_OFFER: Final[Shape] = of(
    {
        "start": INSTANT,
        "end": INSTANT,
        "counsellor": COUNSELLOR,
        "usual": {"type": "boolean", "description": "Her usual counsellor."},
        "reminder": {"type": "boolean", "description": "Whether one can leave."},
    }
)
_SESSION: Final[Shape] = of(
    {
        "id": ID,
        "start": INSTANT,
        "end": INSTANT,
        "format": FORMAT,
        "language": {"type": "string"},
        "state": {"type": "string"},
        "clients": many(CODE),
    }
)

ANSWERED: Final[dict[str, Shape]] = {
    "Reason": _REASON,
    "Found": of(
        {
            "best": {**many(_OFFER), "description": "At most six, best first."},
            "closed": {
                **many(of({"day": DAY, "reason": ref("Reason")})),
                "description": "Days without a start, and the rule that closed each.",
            },
        }
    ),
    "Held": of({"id": ID}),
    "Session": of({"id": ID}),
    "Roster": of(
        {"counsellor": COUNSELLOR, "day": DAY, "sessions": many(_SESSION)},
    ),
    "Problem": of(
        {
            "status": {"type": "integer"},
            "title": {"type": "string"},
            "detail": {"type": "string"},
        },
        fields={
            "type": "object",
            "description": "What is wrong with a field, by its name.",
            "additionalProperties": {"type": "string"},
        },
        reasons={**many(ref("Reason")), "description": "Every rule that says no."},
        next={**many(INSTANT), "description": "The next starts, if one was taken."},
    ),
}
