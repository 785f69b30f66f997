"""Reading what a program asks: by its published shape, each fault at its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from flask import request
from werkzeug.exceptions import BadRequest

from scheduler.domain.errors import QuietlineError
from scheduler.web.api.shapes import ASKED

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

# Calendars end somewhere; what lies outside is nobody's appointment.
YEARS: Final = range(2000, 2100)


class WrongFields(QuietlineError):
    """A request that has not its shape. `fields` has a sentence for each wrong one."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("Something in the request is not as it must be.")
        self.fields = dict(fields)


class OutOfReach(QuietlineError):
    """A day or an instant that is one, and that no session can have."""

    def __init__(self) -> None:
        super().__init__(f"Years run from {YEARS[0]} to {YEARS[-1]}. Take one of them.")


def body(shape: str) -> dict[str, Any]:
    """The JSON object of this request. Raises BadRequest, WrongFields."""
    if not request.is_json:
        raise BadRequest
    given = request.get_json(cache=False)
    wrongs: dict[str, str] = {}
    for each in _validator(shape).iter_errors(given):
        name = str(each.absolute_path[0]) if each.absolute_path else ""
        wrongs.setdefault(name or _missing(each), each.message[:200])
    if wrongs:
        raise WrongFields(wrongs)
    return dict(given)


def _missing(error: Any) -> str:
    """The field an error of the whole object speaks of."""
    if error.validator == "required" and isinstance(error.instance, dict):
        lacks = [one for one in error.validator_value if one not in error.instance]
        return str(lacks[0]) if lacks else ""
    return ""


@cache
def _validator(shape: str) -> Draft202012Validator:
    # The library is large: an agency without such programs does not wait for it.
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    return Draft202012Validator(ASKED[shape])


def instant(given: Mapping[str, Any], name: str) -> datetime:
    """An instant, in UTC. Raises WrongFields, OutOfReach."""
    try:
        read = datetime.fromisoformat(given[name])
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        raise WrongFields(
            {name: "Give an instant with its offset: 2026-12-02T10:00:00-05:00."}
        )
    if read.year not in YEARS:
        raise OutOfReach
    return read.astimezone(UTC)


def day(text: str, name: str) -> date:
    """A calendar day. Raises WrongFields, OutOfReach."""
    try:
        read = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise WrongFields({name: "Give a day such as 2026-12-02."}) from None
    if read.year not in YEARS:
        raise OutOfReach
    return read
