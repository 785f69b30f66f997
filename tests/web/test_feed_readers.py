"""The feed as calendar programs read it over real HTTP: vdirsyncer and khal, icalendar,
and ical.js, the same instants each, across clock changes, moves and cancellations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from icalendar import Calendar

from scheduler.domain.booking import SessionState
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format
from scheduler.services.calendar import feeds
from scheduler.services.house import Actor, House
from scheduler.storage import bookings, people
from scheduler.storage.bookings import Session
from tests.contract.node import Missing, Node
from tests.domain.builders import at
from tests.services import filing
from tests.web import kit, site

if TYPE_CHECKING:
    from flask import Flask

HERE: Final = ["127.0.0.1", "localhost"]
KHAL: Final = Path(__file__).parents[1] / "integrations" / "khal_times.py"
ICAL_JS: Final = "ical.js@2.2.1"

# In Toronto's clock: across 14 March 2027, when 02:00 to 03:00 does not exist, and
# 7 November 2027, when 01:00 to 02:00 happens twice.
STARTS: Final = (
    "2026-12-03 09:00",
    "2027-03-13 23:30",
    "2027-03-14 01:30",
    "2027-03-14 03:45",
    "2027-11-07 00:45",
    "2027-11-07 03:00",
)

READ_BY_ICAL_JS: Final = """
import ICAL from "ical.js";
let text = "";
for await (const part of process.stdin) text += part;
const found = [];
for (const each of new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(each);
  if (each.getFirstPropertyValue("status") === "CANCELLED") continue;
  const ends = [event.startDate, event.endDate];
  found.push(ends.map((one) => one.toJSDate().toISOString()));
}
console.log(JSON.stringify(found));
"""

Times = list[tuple[datetime, datetime]]


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


def house_of(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


def session(house: House, cora: Actor, start: str, number: int) -> Session:
    """Written as it is: which times can be booked is not what is asked here."""
    code = site.fill("{file_hers}")
    with house.store.begin() as tx:
        file = people.client_by_code(tx, code)
        assert file is not None
        made = Session(
            id=f"00000000-0000-4000-8000-0000000001{number:02d}",
            version=1,
            state=SessionState.BOOKED,
            counsellor_id=cora.id,
            time=Interval.lasting(at(start), 50),
            format=Format.IN_PERSON,
            language="",
            series_id=None,
            booked_by=cora.id,
            booked_at=house.now(),
            started_at=None,
            ended_at=None,
            interrupted=False,
            client_ids=(file.id,),
        )
        bookings.insert_session(tx, made)
    return made


def expected(house: House, cora: Actor) -> Times:
    with house.store.reading() as tx:
        held = bookings.of_counsellors(
            tx, [cora.id], at("2026-11-01"), at("2028-01-01")
        )
    return sorted(
        (each.time.start, each.time.end)
        for each in held
        if each.state is not SessionState.CANCELLED
    )


# --- The readers --------------------------------------------------------------


def by_icalendar(address: str, folder: Path) -> Times:
    with urllib.request.urlopen(address) as answer:
        calendar = Calendar.from_ical(answer.read())
    return sorted(
        (each.decoded("dtstart"), each.decoded("dtend"))
        for each in calendar.walk("VEVENT")
        if each["status"] != "CANCELLED"
    )


def by_khal(address: str, folder: Path) -> Times:
    """vdirsyncer brings it to a folder, as for the program on a counsellor's desk."""
    config = folder / "vdirsyncer"
    kept = folder / "calendar"
    config.write_text(
        f"""[general]
status_path = "{folder}/status/"
[pair feed]
a = "here"
b = "there"
collections = null
[storage here]
type = "filesystem"
path = "{kept}"
fileext = ".ics"
[storage there]
type = "http"
url = "{address}"
""",
        encoding="utf-8",
    )
    kept.mkdir(exist_ok=True)
    run = (sys.executable, "-m", "vdirsyncer", "-c", str(config))
    known = (folder / "status").exists()
    for act in (("sync",),) if known else (("discover", "feed"), ("sync",)):
        done = subprocess.run(
            [*run, *act], capture_output=True, check=False, text=True, input="y\n"
        )
        assert done.returncode == 0, done.stderr
    asked = {
        "folder": str(kept),
        "zone": "America/Toronto",
        "since": "2026-11-01",
        "until": "2028-01-01",
    }
    read = subprocess.run(
        [sys.executable, KHAL],
        input=json.dumps([asked]),
        env={**os.environ, "TZ": "UTC"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert read.returncode == 0, read.stderr[-2000:]
    return instants(json.loads(read.stdout)[0])


def by_ical_js(address: str, folder: Path) -> Times:
    try:
        Node(folder).fetch(ICAL_JS)
    except Missing as missing:
        pytest.skip(str(missing))
    script = folder / "read.mjs"
    script.write_text(READ_BY_ICAL_JS, encoding="utf-8")
    with urllib.request.urlopen(address) as answer:
        text = answer.read()
    read = subprocess.run(
        ["node", script], input=text, cwd=folder, capture_output=True, check=False
    )
    assert read.returncode == 0, read.stderr[-2000:]
    return instants(json.loads(read.stdout))


def instants(pairs: list[list[str]]) -> Times:
    return sorted(
        (
            datetime.fromisoformat(start).astimezone(UTC),
            datetime.fromisoformat(end).astimezone(UTC),
        )
        for start, end in pairs
    )


@pytest.mark.allow_hosts(HERE)
@pytest.mark.parametrize("read", [by_icalendar, by_khal, by_ical_js])
def test_it_reads_the_same_instants_also_after_a_move_and_a_cancellation(
    app: Flask, tmp_path: Path, read: Callable[[str, Path], Times]
) -> None:
    house = house_of(app)
    cora = filing.a_staff(house, "cora")
    made = [session(house, cora, start, n) for n, start in enumerate(STARTS)]
    token = feeds.make(house, cora, "Büro, besetzt; “Büro” " + "ü" * 18)
    with kit.serve(app) as address:
        url = f"{address}/calendar/{token}.ics"
        first = read(url, tmp_path)
        assert first == expected(house, cora)
        assert len(first) == len(STARTS) + 1
        with house.store.begin() as tx:
            time = Interval.lasting(at("2027-03-14 12:00"), 80)
            bookings.move_session(tx, made[2], time, cora.id)
            bookings.set_state(
                tx, made[4].id, SessionState.BOOKED, SessionState.CANCELLED
            )
        after = read(url, tmp_path)
    assert after == expected(house, cora)
    assert len(after) == len(STARTS)
    assert after != first[:-1]
