"""What khal makes of calendar files. Run by `test_ics_second_reader`, on its own: khal
switches icalendar over to pytz in the whole process that imports it.

In: JSON, a list of `{ics, zone, since, until}`, or with `folder`, one event a file, in
place of `ics`. Out: for each a list of `[start, end]`,
with dates where khal has a whole day (the last one included), and with times in UTC,
or without a zone where khal has none. What is cancelled is left out; khal shows it.
"""

import json
import logging
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytz
from khal.icalendar import split_ics
from khal.khalendar import CalendarCollection


def times(
    zone: str, since: str, until: str, ics: str = "", folder: str = ""
) -> list[list[str]]:
    place = pytz.timezone(zone)
    if folder:
        return listed(folder, place, since, until)
    with tempfile.TemporaryDirectory() as made:
        for number, part in enumerate(split_ics(ics, False, place)):
            Path(made, f"{number}.ics").write_text(part, encoding="utf-8")
        return listed(made, place, since, until)


def listed(folder: str, place: Any, since: str, until: str) -> list[list[str]]:
    start, end = datetime.fromisoformat(since), datetime.fromisoformat(until)
    found = collection(folder, place)
    events = [
        *found.get_localized(pytz.utc.localize(start), pytz.utc.localize(end)),
        *found.get_floating(start, end),
    ]
    return [
        [text(event.start), text(event.end)]
        for event in events
        if event.status != "CANCELLED"
    ]


def collection(folder: str, place: Any) -> Any:
    calendar = {"name": "c", "path": folder, "readonly": True, "color": ""}
    calendar |= {"priority": 10, "ctype": "calendar", "addresses": []}
    locale = {"local_timezone": place, "default_timezone": place}
    return CalendarCollection({"c": calendar}, locale=locale, dbpath=":memory:")


def text(time: date) -> str:
    if isinstance(time, datetime) and time.tzinfo is not None:
        time = time.astimezone(UTC).replace(tzinfo=UTC)
    return time.isoformat()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    json.dump([times(**each) for each in json.load(sys.stdin)], sys.stdout)
