"""Phone (a demo only): the lock screen, the thread, and a box to answer as anybody.

Where texts reach people this page is not in the address map, and the product does not
start with it beside a real sender.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, Protocol

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.services.messages import practice
from scheduler.services.messages.practice import Carried
from scheduler.web import here, phone_words
from scheduler.web.access import needs
from scheduler.web.forms import Typed, whole_number

STAFF: Final = (Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR)
# Whom the texts come from, as her phone shows it.
SENDER: Final = "(416) 555-01••"
LONGEST: Final = 320
STOP: Final = "STOP"


class Text(Protocol):
    """One text on a phone; `outgoing` is from her to the agency, `at` as written."""

    @property
    def body(self) -> str: ...
    @property
    def at(self) -> str: ...
    @property
    def outgoing(self) -> bool: ...


class PracticePhone(Protocol):
    """The simulated phones, and the carrier behind them."""

    behaviour: str

    def thread(self, number: str) -> Sequence[Text]:
        """All texts with one number, oldest first."""
        ...

    def answer(self, number: str, body: str) -> None:
        """Somebody at that phone writes back."""
        ...


def phone_pages(phone: PracticePhone) -> Blueprint:
    """The blueprint, around the phone of this installation."""
    pages = Blueprint("phone", __name__)

    def add(
        rule: str, name: str, view: Callable[[], ResponseReturnValue], method: str
    ) -> None:
        pages.add_url_rule(rule, name, needs(*STAFF)(view), methods=[method])

    add("/phone", "practice", lambda: _page(phone, Typed.asked()), "GET")
    add("/phone", "choose", _choose, "POST")
    add("/phone/answer", "answer", lambda: _answer(phone), "POST")
    add("/phone/carrier", "carrier", _carrier, "POST")
    add("/phone/network", "network", lambda: _network(phone), "POST")
    return pages


def _page(phone: PracticePhone, typed: Typed, code: str = "") -> str:
    codes = practice.phones(here.house(), here.actor())
    if not typed.has("as"):
        typed = Typed({"as": "her", "which": typed.value("which", "0")})
    wanted = code or request.args.get("of", "") or (codes[0] if codes else "")
    if not wanted:
        return render_template("phone/nobody.html")
    seen = practice.phone_of(here.house(), here.actor(), wanted)
    which = typed.value("which", "0")
    number = _number(seen, which)
    texts = phone.thread(number) if number else ()
    return render_template(
        "phone/practice.html",
        seen=seen,
        codes=codes,
        typed=typed,
        which=which,
        arrived=_last_to_her(texts),
        lines=list(_thread(texts, seen.zone)),
        followed=[(each.at, *phone_words.line(each)) for each in seen.followed],
        networks=phone_words.NETWORKS,
        behaves=phone.behaviour,
        sender=SENDER,
        done=request.args.get("done", ""),
    )


def _number(seen: practice.Phone, which: str) -> str:
    place = whole_number(which) or 0
    return seen.numbers[place] if place < len(seen.numbers) else ""


def _last_to_her(texts: Sequence[Text]) -> tuple[datetime, str] | None:
    to_her = [each for each in texts if not each.outgoing]
    if not to_her:
        return None
    return datetime.fromisoformat(to_her[-1].at), to_her[-1].body


def _thread(texts: Sequence[Text], zone: str) -> Iterator[tuple[str, str]]:
    shown = here.shown()
    for each in texts:
        at = datetime.fromisoformat(each.at)
        moment = shown.moment(at, zone, near=here.now())
        yield "day", moment
        yield ("out" if each.outgoing else "in"), each.body
    if texts and texts[-1].outgoing:
        yield "note", "No answer comes back."


def _back(code: str, done: str, which: str = "0") -> Response:
    place = None if which == "0" else which
    return redirect(url_for("phone.practice", of=code, done=done, which=place), 303)


def _choose() -> ResponseReturnValue:
    return redirect(url_for("phone.practice", of=Typed.posted().value("of")), 303)


def _answer(phone: PracticePhone) -> ResponseReturnValue:
    typed = Typed.posted()
    code, which = typed.value("of"), typed.value("which", "0")
    seen = practice.phone_of(here.house(), here.actor(), code)
    number = _number(seen, which)
    if not number:
        raise NotThere
    body = STOP if typed.has("stop") else _said(typed)
    if typed.wrongs:
        return _page(phone, typed, code), 422
    phone.answer(number, body)
    practice.answered(here.house(), number, body)
    return _back(code, "answered", which)


def _said(typed: Typed) -> str:
    return typed.text(
        "body", missing="Type what she or somebody else writes.", longest=LONGEST
    )


def _carrier() -> ResponseReturnValue:
    typed = Typed.posted()
    code = typed.value("of")
    how = typed.choice("how", Carried)
    if how is None:
        raise NotThere
    came = practice.carried(here.house(), here.actor(), code, how)
    return _back(code, how.value if came else "none", typed.value("which", "0"))


def _network(phone: PracticePhone) -> ResponseReturnValue:
    typed = Typed.posted()
    behaves = typed.value("behaves")
    if behaves not in dict(phone_words.NETWORKS):
        raise NotThere
    phone.behaviour = behaves
    return _back(typed.value("of"), "network", typed.value("which", "0"))
