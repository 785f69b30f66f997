"""Rules a supervisor sets aside for a counsellor until a day is over (A2)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from flask import Blueprint

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.domain.set_aside import WhyAside
from scheduler.services.calendar import set_aside
from scheduler.web import availability, here
from scheduler.web.access import needs
from scheduler.web.forms import Typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("set_aside", __name__)


class Rule(Enum):
    """What may be chosen."""

    GAP = Reason.GAP.value
    DAILY_MAXIMUM = Reason.DAILY_MAXIMUM.value


@pages.post("/availability/<int:staff_id>/set-aside")
@needs(Role.SUPERVISOR)
def put(staff_id: int) -> ResponseReturnValue:
    """From now on, until that day is over."""
    typed = Typed.posted()
    rule = typed.choice("rule", Rule, missing="Choose which rule.")
    why = typed.choice("why", WhyAside, missing="Choose why.")
    day = typed.date("last_day", missing="Give the last day.")
    if rule is not None and why is not None and day is not None and not typed.wrongs:
        failed = set_aside.put(
            here.house(), here.actor(), staff_id, Reason(rule.value), day, why
        )
        for name, sentence in failed.wrongs.items() if failed else ():
            typed.wrong(name, sentence)
    if typed.wrongs:
        return availability.page(staff_id, aside_typed=typed), 422
    return availability.back(staff_id, "set_aside", "aside-h")


@pages.post("/availability/<int:staff_id>/set-aside/back")
@needs(Role.SUPERVISOR)
def back(staff_id: int) -> ResponseReturnValue:
    """It counts again."""
    given = Typed.posted().value("rule")
    if given not in {each.value for each in Rule}:
        raise NotThere
    set_aside.take_back(here.house(), here.actor(), staff_id, Reason(given))
    return availability.back(staff_id, "counts", "aside-h")
