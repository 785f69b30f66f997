"""bench-F1, second half: the same feed in full, read from the database and served over
HTTP; target what icalendar alone takes to write the same 1,000 events.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from icalendar import Calendar, Event

from bench import feeding, measuring

TIMES = 10 if measuring.FULL else 3


def written_by_icalendar(body: bytes) -> float:
    """Milliseconds icalendar takes for a calendar with these events."""
    events = [
        [(name, each.decoded(name)) for name in each]
        for each in Calendar.from_ical(body).walk("VEVENT")
    ]

    def write() -> bytes:
        calendar = Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//Quietline//Taken times//EN")
        for properties in events:
            event = Event()
            for name, value in properties:
                event.add(name, value)
            calendar.add_component(event)
        return calendar.to_ical()

    if write().count(b"BEGIN:VEVENT") != feeding.SESSIONS:
        raise AssertionError("icalendar wrote other events")
    return measuring.seconds(write, TIMES) * 1000


def main() -> None:
    """Measure both in turn."""
    with feeding.feed() as feed:
        _, body = feed.get()
        if len(body) < feeding.SESSIONS * 100:
            raise AssertionError("the feed is not all there")
        found = measuring.in_turn(
            {
                "ours": lambda: feed.milliseconds(200),
                "yardstick": lambda: written_by_icalendar(body),
            }
        )
    ours, theirs = found.pop("ours"), found.pop("yardstick")
    measuring.Figure(
        id="bench-F1",
        what="calendar feed of 1,000 sessions, changed: all of it",
        unit="ms (icalendar's own in this run)",
        target=theirs.median,
        more_is_better=False,
        ours=ours,
        yardstick="icalendar alone writing them, ms",
        theirs=theirs,
        ratio=measuring.ratio(ours, theirs),
        rounds=measuring.ROUNDS,
    ).show()


if __name__ == "__main__":
    main()
