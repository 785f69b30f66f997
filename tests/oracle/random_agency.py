"""Made-up agencies, legal and strange, to compare product and oracle on.

The same seed makes the same agency. Dates lie near clock changes more often than
chance would have it, windows cross midnight, numbers come from the range kept for
fiction. Where the rules can be read in two ways (see README.md) an agency rarely
goes, so that a difference is worth reading.
"""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.oracle.agency import read_agency
from tests.oracle.random_steps import later_steps
from tests.oracle.readings import Readings
from tests.oracle.wall_time import EPOCH
from tests.oracle.world import run

ZONES = [
    "America/Toronto",
    "America/Toronto",
    "America/Winnipeg",
    "America/Vancouver",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
    "America/Regina",
    "Europe/London",
    "America/Havana",
    "Pacific/Chatham",
]
NEAR_CHANGES = [
    date(2026, 10, 3),
    date(2026, 10, 31),
    date(2027, 3, 13),
    date(2027, 3, 27),
    date(2027, 4, 3),
    date(2027, 9, 4),
    date(2027, 10, 2),
    date(2027, 10, 30),
    date(2027, 11, 6),
    date(2028, 3, 11),
]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
PHRASES = {
    "reminder": ["The plants could do with some water", "Blue towels are in the dryer"],
    "changed": ["I moved the ladder", "The ladder stands elsewhere now"],
    "cancelled": ["Never mind the ladder", "Leave the ladder where it is"],
    "rejoin": ["The kettle is on again", "There is still soup"],
}


def _maybe(rng: random.Random, percent: int) -> bool:
    return rng.randrange(100) < percent


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _days(rng: random.Random) -> str:
    style = rng.randrange(4)
    if style == 0:
        return "Mon-Sun"
    if style == 1:
        return rng.choice(["Mon-Fri", "Sat-Mon", "Fri-Tue", "Tue-Sat"])
    chosen = rng.sample(DAYS, rng.randint(1, 4))
    return ",".join(sorted(chosen, key=DAYS.index))


def _window(rng: random.Random, shortest: int, longest: int, crossing: bool) -> str:
    length = rng.randrange(shortest, longest + 1, 15)
    start = rng.randrange(0, 24 * 60, 15)
    if not crossing:
        length = min(length, 24 * 60)
        start = rng.randrange(0, 24 * 60 - length + 1, 15)
    end = start + length
    if end > 24 * 60:
        end -= 24 * 60
    return f"{_days(rng)} {_clock(start)}-{_clock(end)}"


def _windows(
    rng: random.Random, many: int, shortest: int, longest: int, crossing: bool = True
) -> list[str]:
    count = rng.randint(1, many)
    return [_window(rng, shortest, longest, crossing) for _ in range(count)]


def _rotation(rng: random.Random, first: date) -> dict[str, Any]:
    monday = first - timedelta(days=first.weekday() + 7 * rng.randint(0, 5))
    weeks = rng.randint(2, 4)
    on = sorted(rng.sample(range(1, weeks + 1), rng.randint(1, weeks - 1)))
    return {
        "anchor": monday,
        "weeks": weeks,
        "on": on,
        "windows": _windows(rng, 2, 60, 600),
    }


def _deny(rng: random.Random, first: date) -> list[str]:
    day = first + timedelta(days=rng.randint(0, 6))
    on, after = day.isoformat(), (day + timedelta(days=1)).isoformat()
    early = _clock(rng.randrange(0, 720, 15))
    late = _clock(rng.randrange(735, 1440, 15))
    some = [
        on,
        f"{on}..{after}",
        _window(rng, 30, 300, True),
        f"{on} {early}-{late}",
    ]
    return rng.sample(some, rng.randint(1, 2))


def _away(rng: random.Random, first: date) -> list[dict[str, Any]]:
    begin = first + timedelta(days=rng.randint(0, 5))
    return [
        {
            "from": begin,
            "to": begin + timedelta(days=rng.randint(0, 3)),
            "zone": rng.choice(ZONES),
            "session_windows": _windows(rng, 2, 240, 900, False),
            "windows": _windows(rng, 2, 60, 600, False),
        }
    ]


def _sms(rng: random.Random, number: str, first: date, away: bool) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "kind": "sms",
        "address": number,
        "line": rng.choices(
            ["own_mobile", "shared_mobile", "landline"], [90, 7, 3], k=1
        )[0],
        "shared_ok": _maybe(rng, 70),
        "purposes": rng.choice(
            [["reminder", "change", "call_back"]] * 4
            + [["reminder", "change"]] * 2
            + [["reminder"], ["change"]]
        ),
        "mode": rng.choices(["automatic", "assisted", "none"], [85, 10, 5], k=1)[0],
        "consent": not _maybe(rng, 4),
        "windows": _windows(rng, 3, 45, 700, not away),
        "monitored": _maybe(rng, 4),
    }
    if _maybe(rng, 20) and not away:
        channel["rotation"] = [_rotation(rng, first)]
    if _maybe(rng, 20):
        day = first + timedelta(days=rng.randint(0, 6))
        channel["once"] = [f"{day.isoformat()} 10:00-{rng.randint(12, 23):02d}:30"]
    if _maybe(rng, 30) and not away:
        channel["deny"] = _deny(rng, first)
    return channel


def _voice(rng: random.Random, number: str) -> dict[str, Any]:
    return {
        "kind": "voice",
        "address": number,
        "line": rng.choice(["own_mobile", "landline"]),
        "purposes": rng.choice([["call_back"], ["call_back"], []]),
        "windows": _windows(rng, 2, 180, 1000, False),
    }


def _cutoff(rng: random.Random) -> list[dict[str, Any]]:
    some = [
        {"who": "client", "do": "wait", "after": 5},
        {"who": "client", "do": "rejoin", "after": rng.choice([2, 5])},
        {"who": "counsellor", "do": "call", "after": rng.choice([5, 10])},
        {"who": "supervisor", "do": "hand_over", "after": 5},
    ]
    return rng.sample(some, rng.randint(0, 3))


def _client(
    rng: random.Random, number: int, counsellors: list[str], first: date
) -> dict[str, Any]:
    away = _maybe(rng, 15)
    client: dict[str, Any] = {
        "id": f"{'KLMN'[number % 4]}-{1000 + number * 11}",
        "zone": rng.choice(ZONES),
        "counsellor": rng.choice(counsellors),
        "valid_until": first + timedelta(days=rng.choice([3, 5, 14, 30, 30, 30])),
        "formats": rng.choice(
            [["video", "phone", "in_person"]] * 3 + [["video"], ["phone", "in_person"]]
        ),
        "session_windows": rng.choice(
            [["Mon-Sun 00:00-24:00"], _windows(rng, 3, 240, 1200, not away)]
        ),
        "suitability": not _maybe(rng, 5),
        "cutoff_agreed": not _maybe(rng, 5),
        "phrases": {key: value for key, value in PHRASES.items() if not _maybe(rng, 4)},
    }
    if _maybe(rng, 20) and not away:
        client["session_deny"] = _deny(rng, first)
    if _maybe(rng, 15) and not away:
        client["session_rotation"] = [_rotation(rng, first)]
    if away:
        client["away"] = _away(rng, first)
    phone = f"+1416555{100 + number:04d}"
    channels = [_sms(rng, phone, first, away)] if not _maybe(rng, 8) else []
    if _maybe(rng, 50):
        channels.append(_voice(rng, f"+1604555{100 + number:04d}"))
    if channels:
        client["channel"] = channels
    client["cutoff"] = _cutoff(rng)
    return client


def _counsellor(
    rng: random.Random, name: str, zone: str, first: date
) -> dict[str, Any]:
    counsellor: dict[str, Any] = {
        "id": name,
        "zone": rng.choice([zone, zone, rng.choice(ZONES)]),
        "hours": rng.choice(
            [
                ["Mon-Sun 00:00-24:00"],
                ["Mon-Sun 00:00-24:00"],
                ["Mon-Fri 08:00-18:00"],
                _windows(rng, 3, 300, 1200),
            ]
        ),
    }
    if _maybe(rng, 20):
        day = first + timedelta(days=rng.randint(1, 6))
        counsellor["leave"] = [day.isoformat()]
    return counsellor


def _policy(rng: random.Random) -> dict[str, Any]:
    some: dict[str, list[Any]] = {
        "reminder_hours": [[24], [48, 24], [24, 3], [30], []],
        "messages_per_day": [1, 2],
        "messages_per_week": [2, 3],
        "spread_minutes": [0, 10, 30],
        "margin_minutes": [5, 15, 30],
        "gap_minutes": [0, 15, 30],
        "sessions_per_day": [2, 5],
        "hold_minutes": [5, 10],
    }
    return {key: rng.choice(values) for key, values in some.items() if _maybe(rng, 25)}


def _start(rng: random.Random) -> date:
    if _maybe(rng, 70):
        return rng.choice(NEAR_CHANGES) - timedelta(days=rng.randint(2, 4))
    return date(2026, 9, 1) + timedelta(days=rng.randrange(500))


def _beginning(rng: random.Random, seed: int) -> dict[str, Any]:
    first = _start(rng)
    begins = datetime(first.year, first.month, first.day, 12, 0, tzinfo=UTC)
    zone = rng.choice(ZONES)
    names = ["cora", "dora", "nora", "tess"][: rng.randint(2, 4)]
    scenario: dict[str, Any] = {
        "title": f"A made-up agency, number {seed}",
        "zone": zone,
        "from": begins,
        "until": begins + timedelta(days=rng.randint(5, 8)),
    }
    if _maybe(rng, 6):
        scenario["on_call"] = False
    policy = _policy(rng)
    if policy:
        scenario["policy"] = policy
    scenario["counsellor"] = [_counsellor(rng, one, zone, first) for one in names]
    scenario["client"] = [
        _client(rng, number, names, first) for number in range(rng.randint(2, 6))
    ]
    if _maybe(rng, 10):
        shut = rng.choice(scenario["client"])["id"]
        rng.choice(scenario["counsellor"])["shut_out"] = [shut]
    scenario["step"] = []
    return scenario


def _when(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def _good_start(rng: random.Random, scenario: dict[str, Any], who: str, by: str) -> int:
    agency = read_agency({**scenario, "step": []})
    client, counsellor = agency.clients[who], agency.counsellors[by]
    begin, end = agency.start // 300 + 12, agency.until // 300 - 12
    start = rng.randrange(begin, end) * 5
    for _ in range(60):
        fits = client.sessions_open.open_throughout(start, start + 80)
        if fits and counsellor.hours.open_throughout(start, start + 50):
            break
        start = rng.randrange(begin, end) * 5
    return start


def _bookings(rng: random.Random, scenario: dict[str, Any]) -> None:
    begins = int((scenario["from"] - EPOCH).total_seconds()) // 60
    now = begins + rng.randint(1, 30)
    for number in range(1, rng.randint(4, 9)):
        client = rng.choice(scenario["client"])
        by = client["counsellor"]
        if _maybe(rng, 30):
            by = rng.choice(scenario["counsellor"])["id"]
        start = _good_start(rng, scenario, client["id"], by)
        if _maybe(rng, 4):
            start += rng.randint(1, 4)
        fields: dict[str, Any] = {
            "client": client["id"],
            "counsellor": by,
            "start": _when(start),
            "minutes": rng.choice([50, 50, 50, 25, 90]),
            "format": rng.choice(["video", "video", "phone", "in_person"]),
        }
        others = [one for one in scenario["client"] if one is not client]
        if _maybe(rng, 12):
            fields["clients"] = [fields.pop("client"), rng.choice(others)["id"]]
        if _maybe(rng, 15):
            held = {key: fields[key] for key in ("counsellor", "start", "minutes")}
            _add(scenario, now, "hold", {**held, "as": f"h{number}"})
            now += rng.choice([1, 2, 4, 15])
            fields["hold"] = f"h{number}"
        fields["as"] = f"s{number}"
        _add(scenario, now, "book", fields)
        now += rng.choice([1, 2, 3, 20, 60, 400])


def _add(scenario: dict[str, Any], minute: int, kind: str, fields: Any) -> None:
    scenario["step"].append({"at": _when(minute), kind: fields})


def _without_the_impossible(scenario: dict[str, Any]) -> None:
    """Take out steps about a session that is not in a state for them."""
    while True:
        agency = read_agency(scenario)
        world = run(agency, Readings(), lambda message, minutes: minutes[0])
        wrong = {out.index for out in world.outcomes if out.unchecked}
        late = {step.index for step in agency.steps if step.at >= agency.until}
        if not wrong | late:
            return
        scenario["step"] = [
            one
            for index, one in enumerate(scenario["step"])
            if index not in wrong | late
        ]


def random_agency(seed: int) -> dict[str, Any]:
    """A made-up scenario: the same for the same seed."""
    rng = random.Random(seed)
    scenario = _beginning(rng, seed)
    _bookings(rng, scenario)
    world = run(read_agency(scenario), Readings(), lambda message, minutes: minutes[0])
    for minute, kind, fields in later_steps(rng, scenario, world):
        _add(scenario, minute, kind, fields)
    scenario["step"].sort(key=lambda one: one["at"])
    _without_the_impossible(scenario)
    return scenario
