"""Which keys a scenario may have, and of what kind. A slip is named, not guessed at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from scheduler.domain.booking import SessionState
from scheduler.domain.decision import Reason
from scheduler.domain.errors import Misread
from scheduler.domain.fallback import Actor, Branch, Outcome, StepKind
from scheduler.domain.messages import MessageState
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import (
    ChannelKind,
    Format,
    LineType,
    Mode,
    PlanState,
    Purpose,
    Voicemail,
)
from scheduler.domain.typed_hours import in_a_year_we_know, read_date
from scheduler.services.simulation.lines import Path

ATTENTION = frozenset(
    {
        "plan_lapsing",
        "plan_lapsed",
        "reply_stop",
        "reply_other",
        "late_receipt",
        "delivery_failed",
        "uncertain",
        "sender_paused",
        "review_due",
        "same_number",
        "stand_in_needed",
        "assisted_send",
        "on_call_missing",
        "plan_conflict",
        "supervisor_needed",
    }
)

LONGEST_SESSION = 24 * 60
_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{5,20}")

BEHAVIOURS = frozenset(
    {"accepts", "no_connection", "busy", "times_out", "times_out_but_took_it"}
)


class Malformed(Exception):
    """A scenario that cannot be read: where, and what would be right."""

    def __init__(self, path: Path, sentence: str) -> None:
        self.path = path
        self.sentence = sentence
        super().__init__(sentence)


Check = Callable[[Any, Path], None]


def _is(kind: type | tuple[type, ...], called: str) -> Check:
    def check(value: Any, path: Path) -> None:
        wrong_bool = isinstance(value, bool) and kind is not bool
        if wrong_bool or not isinstance(value, kind):
            raise Malformed(path, f"This has to be {called}.")

    return check


def _plain_date(value: Any, path: Path) -> None:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Malformed(path, "This has to be a date such as 2026-12-29.")
    _year(value, path)


def _year(value: date, path: Path) -> None:
    try:
        in_a_year_we_know(value)
    except Misread as wrong:
        raise Malformed(path, str(wrong)) from None


def _moment(value: Any, path: Path) -> None:
    if not isinstance(value, datetime):
        raise Malformed(path, "This has to be a time such as 2026-12-01T09:00:00.")
    _year(value, path)


def _one_of(values: frozenset[str], what: str) -> Check:
    def check(value: Any, path: Path) -> None:
        if not isinstance(value, str) or value not in values:
            near = get_close_matches(str(value), sorted(values), 1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            listed = ", ".join(sorted(values))
            raise Malformed(path, f"“{value}” is no {what}: {listed}.{hint}")

    return check


def _enum(kind: Any, what: str) -> Check:
    return _one_of(frozenset(each.value for each in kind), what)


def _list(inner: Check) -> Check:
    def check(value: Any, path: Path) -> None:
        if not isinstance(value, list):
            raise Malformed(path, "This has to be a list in square brackets.")
        for number, each in enumerate(value):
            inner(each, (*path, number))

    return check


def table(
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
) -> Check:
    """A table with exactly these keys."""
    required = required or {}
    known = {**required, **(optional or {})}

    def check(value: Any, path: Path) -> None:
        if not isinstance(value, dict):
            raise Malformed(path, "This has to be a table.")
        for key, inner in value.items():
            if key not in known:
                near = get_close_matches(key, sorted(known), 1)
                hint = f" Did you mean “{near[0]}”?" if near else ""
                raise Malformed((*path, key), f"There is no key “{key}” here.{hint}")
            known[key](inner, (*path, key))
        for key in required:
            if key not in value:
                raise Malformed(path, f"The key “{key}” is missing here.")

    return check


_text = _is(str, "a text in quotes")
_texts = _list(_text)
_whole = _is(int, "a whole number")
_switch = _is(bool, "true or false")
_code = _enum(Reason, "reason code")
_codes = _list(_code)


def _minutes(value: Any, path: Path) -> None:
    _whole(value, path)
    if abs(value) > LONGEST_SESSION:
        raise Malformed(path, f"A session has at most {LONGEST_SESSION} minutes.")


def _phrase(value: Any, path: Path) -> None:
    _text(value, path)
    if not value.strip():
        raise Malformed(path, "A phrase has words.")


_rotation = _list(
    table(
        {"anchor": _plain_date, "weeks": _whole, "on": _list(_whole), "windows": _texts}
    )
)

_counsellor = table(
    {"id": _text},
    {
        "zone": _text,
        "hours": _texts,
        "leave": _texts,
        "shut_out": _texts,
        "rotation": _rotation,
        "busy": _texts,
    },
)

_channel_keys = table(
    {"kind": _enum(ChannelKind, "kind of channel")},
    {
        "address": _text,
        "line": _enum(LineType, "line type"),
        "shared_ok": _switch,
        "purposes": _list(_enum(Purpose, "purpose")),
        "mode": _enum(Mode, "mode"),
        "consent": _switch,
        "windows": _texts,
        "once": _texts,
        "rotation": _rotation,
        "deny": _texts,
        "monitored": _switch,
        "voicemail": _enum(Voicemail, "answer about voicemail"),
    },
)


def _channel(value: Any, path: Path) -> None:
    _channel_keys(value, path)
    kind, address = value["kind"], value.get("address")
    if address is None and kind == ChannelKind.SMS.value:
        raise Malformed(path, "A text needs a number: the key “address” is missing.")
    _by_number(kind, address, path)


def _by_number(kind: str, address: str | None, path: Path) -> None:
    by_number = kind in {ChannelKind.SMS.value, ChannelKind.VOICE.value}
    if by_number and address is not None and not _NUMBER.fullmatch(address):
        raise Malformed(
            (*path, "address"), "This has to be a number such as +14165550142."
        )


_away = _list(
    table(
        {"from": _plain_date, "to": _plain_date, "zone": _text},
        {"session_windows": _texts, "windows": _texts},
    )
)

_client = table(
    {"id": _text},
    {
        "zone": _text,
        "counsellor": _text,
        "valid_until": _plain_date,
        "formats": _list(_enum(Format, "format")),
        "session_windows": _texts,
        "session_once": _texts,
        "session_deny": _texts,
        "session_rotation": _rotation,
        "apart": _texts,
        "suitability": _switch,
        "cutoff_agreed": _switch,
        "away": _away,
        "channel": _list(_channel),
        "phrases": table({}, {each.value: _list(_phrase) for each in Meaning}),
        "cutoff": _list(
            table(
                {"who": _enum(Actor, "person"), "do": _enum(StepKind, "step")},
                {"after": _whole},
            )
        ),
    },
)


def _expecting(word: str) -> Check:
    def check(value: Any, path: Path) -> None:
        if value == word:
            return
        if not isinstance(value, dict):
            raise Malformed(path, f"Expect “{word}” or {{ refused = [codes] }}.")
        table({"refused": _codes})(value, path)

    return check


def _word(*words: str) -> Check:
    return _one_of(frozenset(words), "answer that can be expected here")


_skipped = table({}, {each.value: _codes for each in StepKind})
_steps = _list(_enum(StepKind, "step"))


def _series_expected(value: Any, path: Path) -> None:
    table({}, {"booked": _whole, "refused": _is(dict, "a table of dates")})(value, path)
    for day, codes in value.get("refused", {}).items():
        try:
            read_date(day)
        except Misread as wrong:
            raise Malformed((*path, "refused"), str(wrong)) from None
        _codes(codes, (*path, "refused", day))


def _ask_expected(value: Any, path: Path) -> None:
    if isinstance(value, dict):
        table({"refused": _codes})(value, path)
        return
    _word("send", "hold")(value, path)


def _behaves(value: Any, path: Path) -> None:
    _text(value, path)
    if value not in BEHAVIOURS and not value.isdigit():
        listed = ", ".join(sorted(BEHAVIOURS))
        raise Malformed(path, f"“{value}” is neither an error code nor {listed}.")


def _names(value: Any, path: Path) -> None:
    if not isinstance(value, str):
        _texts(value, path)
    if not all([value] if isinstance(value, str) else value or [""]):
        raise Malformed(path, "This names one person or two.")


_change_number_keys = table(
    {
        "client": _text,
        "channel": _enum(ChannelKind, "kind of channel"),
        "address": _text,
    },
    {"line": _enum(LineType, "line type")},
)


def _change_number(value: Any, path: Path) -> None:
    _change_number_keys(value, path)
    _by_number(value["channel"], value["address"], path)


_by = _one_of(frozenset({"client", "agency"}), "side")
_session = table({"session": _text})

# Kind of step: its fields, and what may be expected of it.
STEPS: Mapping[str, tuple[Check, Check]] = {
    "book": (
        table(
            {
                "counsellor": _text,
                "start": _moment,
                "minutes": _minutes,
                "format": _enum(Format, "format"),
            },
            {"client": _text, "clients": _texts, "as": _text, "hold": _text},
        ),
        _expecting("booked"),
    ),
    "hold": (
        table(
            {"counsellor": _text, "start": _moment, "minutes": _minutes}, {"as": _text}
        ),
        _expecting("held"),
    ),
    "move": (
        table({"session": _text, "start": _moment}, {"by": _by}),
        _expecting("moved"),
    ),
    "cancel": (table({"session": _text}, {"by": _by}), _expecting("cancelled")),
    "find": (
        table(
            {
                "client": _text,
                "from": _moment,
                "until": _moment,
                "minutes": _minutes,
                "format": _enum(Format, "format"),
            },
            {"counsellor": _text},
        ),
        table({}, {"first": _moment, "count": _whole}),
    ),
    "ask": (
        table(
            {
                "client": _text,
                "channel": _enum(ChannelKind, "kind of channel"),
                "purpose": _enum(Purpose, "purpose"),
            }
        ),
        _ask_expected,
    ),
    "confirm": (table({"client": _text}), _word("ok")),
    "suspend": (table({"client": _text}), _word("ok")),
    "withdraw": (
        table({"client": _text, "channel": _enum(ChannelKind, "kind of channel")}),
        _word("ok"),
    ),
    "change_number": (
        _change_number,
        _word("ok"),
    ),
    "reply": (table({"from": _text, "body": _text}), _word("handled")),
    "receipt": (
        table(
            {
                "session": _text,
                "status": _one_of(
                    frozenset({"sent", "delivered", "undelivered", "failed"}), "status"
                ),
            },
            {"code": _text},
        ),
        _word("handled"),
    ),
    "provider": (table({"behaves": _behaves}), _word("ok")),
    "worker": (
        table({"do": _one_of(frozenset({"stop", "start", "kill"}), "order")}),
        _word("ok"),
    ),
    "pause": (table({"by": _names}), _word("ok", "refused")),
    "resume": (table({"by": _names}), _word("ok", "refused")),
    "start_session": (_session, _expecting("ok")),
    "end_session": (_session, _expecting("ok")),
    "not_joined": (_session, _expecting("ok")),
    "series": (
        table(
            {
                "client": _text,
                "counsellor": _text,
                "starts": _list(_moment),
                "minutes": _minutes,
                "format": _enum(Format, "format"),
            },
            {"as": _text},
        ),
        _series_expected,
    ),
    "interrupt": (
        table({"session": _text, "branch": _enum(Branch, "branch")}),
        table({}, {"offered": _steps, "skipped": _skipped, "refused": _codes}),
    ),
    "steps": (
        _session,
        table({}, {"offered": _steps, "skipped": _skipped}),
    ),
    "take": (
        table({"session": _text, "step": _whole, "outcome": _enum(Outcome, "outcome")}),
        _expecting("logged"),
    ),
}


def _step(value: Any, path: Path) -> None:
    if not isinstance(value, dict):
        raise Malformed(path, "This has to be a table.")
    kinds = [key for key in value if key in STEPS]
    if len(kinds) != 1:
        wrong = next(
            (key for key in value if key not in {"at", "expect", *STEPS}), None
        )
        where = path if wrong is None else (*path, wrong)
        near = get_close_matches(wrong or "", sorted(STEPS), 1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        raise Malformed(where, f"A step does exactly one thing.{hint}")
    fields, expected = STEPS[kinds[0]]
    table({"at": _moment, kinds[0]: fields}, {"expect": expected})(value, path)


SCENARIO = table(
    {"title": _text, "zone": _text, "from": _moment, "until": _moment},
    {
        "on_call": _switch,
        "clock": _one_of(frozenset({"right", "wrong"}), "state of the clock"),
        "policy": _is(dict, "a table of policy keys"),
        "counsellor": _list(_counsellor),
        "client": _list(_client),
        "step": _list(_step),
        "sent": _list(
            table(
                {"client": _text, "meaning": _enum(Meaning, "meaning")},
                {
                    "after": _moment,
                    "before": _moment,
                    "to": _text,
                    "phrase_not": _one_of(frozenset({"previous"}), "phrase"),
                },
            )
        ),
        "message": _list(
            table(
                {"session": _text, "meaning": _enum(Meaning, "meaning")},
                {"state": _enum(MessageState, "state of a message"), "reasons": _codes},
            )
        ),
        "attention": _list(
            table({"kind": _one_of(ATTENTION, "kind of attention")}, {"client": _text})
        ),
        "client_state": _list(
            table({"id": _text, "plan": _enum(PlanState, "state of a plan")})
        ),
        "session_state": _list(
            table(
                {"session": _text, "state": _enum(SessionState, "state of a session")}
            )
        ),
        "roster": _list(
            table({"counsellor": _text, "date": _plain_date, "sessions": _texts})
        ),
    },
)
