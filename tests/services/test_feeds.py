"""A counsellor's feed: who makes and ends it, what it gives out, and when it says that
nothing changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from integrations.calendars.feed import IcsWriter
from scheduler.domain.errors import NotThere
from scheduler.services.calendar import feeds
from scheduler.services.calendar.feeds import AskedTooOften, NotNeutral
from scheduler.services.house import House
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops.flood import MOST
from scheduler.storage import accounts
from tests.domain.builders import at
from tests.services.bookings_of import Office, open_office


@pytest.fixture
def office(house: House) -> Office:
    return open_office(replace(house, feeds=IcsWriter()))


def events(office: Office, token: str) -> list[Any]:
    body = feeds.serve(office.house, token).body
    assert body is not None
    return list(Calendar.from_ical(body).walk("VEVENT"))


def said(office: Office, token: str) -> list[tuple[object, ...]]:
    """(start, sequence, status) of each."""
    return [
        (each.decoded("dtstart"), each["sequence"], each["status"])
        for each in events(office, token)
    ]


def test_it_holds_her_sessions_and_no_word_of_whom(office: Office) -> None:
    session = office.booked("2026-12-01 10:00")
    office.booked("2026-12-02 09:30", counsellor_id=office.dora.id)
    token = feeds.make(office.house, office.cora, "Focus time")
    assert said(office, token) == [(at("2026-12-01 10:00"), 0, "CONFIRMED")]
    body = feeds.serve(office.house, token).body or b""
    for revealing in (session, office.file.code, "Cora", "Lakeside", "in_person"):
        assert revealing.encode() not in body
    assert body.count(b"SUMMARY:Focus time") == 1


def test_a_move_raises_the_sequence_and_a_cancellation_says_so(office: Office) -> None:
    session = office.booked("2026-12-01 10:00")
    token = feeds.make(office.house, office.cora, "")
    uid = events(office, token)[0]["uid"]
    booking.move(office.house, office.wanda, session, at("2026-12-02 09:00"))
    assert said(office, token) == [(at("2026-12-02 09:00"), 1, "CONFIRMED")]
    booking.cancel(office.house, office.wanda, session, by_agency=False)
    assert said(office, token) == [(at("2026-12-02 09:00"), 2, "CANCELLED")]
    assert events(office, token)[0]["uid"] == uid
    assert session not in uid


def test_what_a_colleague_takes_over_is_in_her_feed_then(office: Office) -> None:
    session = office.booked("2026-12-01 10:00")
    coras = feeds.make(office.house, office.cora, "")
    doras = feeds.make(office.house, office.dora, "")
    hers = events(office, coras)[0]["uid"]
    tags = feeds.serve(office.house, coras).tag, feeds.serve(office.house, doras).tag
    booking.move(
        office.house,
        office.wanda,
        session,
        at("2026-12-01 10:00"),
        counsellor_id=office.dora.id,
    )
    assert events(office, coras) == []
    assert said(office, doras) == [(at("2026-12-01 10:00"), 1, "CONFIRMED")]
    assert events(office, doras)[0]["uid"] != hers
    now = feeds.serve(office.house, coras).tag, feeds.serve(office.house, doras).tag
    assert set(tags).isdisjoint(now)


def test_nothing_is_given_out_twice_until_something_changes(
    office: Office, clock: MadeUpClock
) -> None:
    office.booked("2026-12-01 10:00")
    token = feeds.make(office.house, office.cora, "")
    first = feeds.serve(office.house, token)
    clock.at += timedelta(hours=1)
    again = feeds.serve(office.house, token)
    assert (again.tag, again.body) == (first.tag, first.body)
    assert feeds.serve(office.house, token, (first.tag,)).body is None
    office.booked("2026-12-02 09:30")
    changed = feeds.serve(office.house, token, (first.tag,))
    assert changed.tag != first.tag
    assert len(events(office, token)) == 2
    feeds.rename(office.house, office.cora, "Taken")
    assert feeds.serve(office.house, token, (changed.tag,)).body is not None


def test_what_is_long_past_goes_by_itself(office: Office, clock: MadeUpClock) -> None:
    office.booked("2026-12-01 10:00")
    token = feeds.make(office.house, office.cora, "")
    tag = feeds.serve(office.house, token).tag
    clock.at = at("2026-12-20 12:00")
    assert len(events(office, token)) == 1
    clock.at = at("2026-12-21 12:00")
    assert feeds.serve(office.house, token, (tag,)).body is not None
    assert events(office, token) == []


def test_an_address_that_was_ended_or_replaced_is_as_unknown_as_any(
    office: Office,
) -> None:
    first = feeds.make(office.house, office.cora, "")
    second = feeds.make(office.house, office.cora, "")
    assert len(first) >= 43
    for gone in (first, "nobody", ""):
        with pytest.raises(NotThere):
            feeds.serve(office.house, gone)
    feeds.serve(office.house, second)
    for other in (office.dora, office.wanda):
        with pytest.raises(NotThere):
            feeds.end(office.house, other, office.cora.id)
    feeds.end(office.house, office.sue, office.cora.id)
    feeds.end(office.house, office.cora, office.cora.id)
    with pytest.raises(NotThere):
        feeds.serve(office.house, second)
    assert feeds.state(office.house, office.cora, office.cora.id) is None


def test_it_ends_with_the_account(office: Office) -> None:
    token = feeds.make(office.house, office.cora, "")
    with office.house.store.begin() as tx:
        accounts.change_member(tx, office.cora.id, active=False)
    with pytest.raises(NotThere):
        feeds.serve(office.house, token)


def test_only_whoever_holds_sessions_has_one(office: Office) -> None:
    for other in (office.wanda, office.sue):
        with pytest.raises(NotThere):
            feeds.make(office.house, other, "")


def test_its_page_says_when_it_was_last_read_to_the_minute(
    office: Office, clock: MadeUpClock
) -> None:
    token = feeds.make(office.house, office.cora, "")

    def read_at() -> object:
        found = feeds.state(office.house, office.cora, office.cora.id)
        return found and found.fetched_at

    assert read_at() is None
    first = clock.at
    feeds.serve(office.house, token)
    clock.at += timedelta(seconds=59)
    feeds.serve(office.house, token)
    assert read_at() == first
    clock.at += timedelta(seconds=1)
    tag = feeds.serve(office.house, token).tag
    assert read_at() == first + timedelta(minutes=1)
    clock.at += timedelta(hours=2)
    feeds.serve(office.house, token, (tag,))
    assert read_at() == clock.at


@pytest.mark.parametrize(
    "title",
    [
        "Session",
        "Lakeside House",
        "Pemmican",
        "with Cora",
        "K-1042",
        "Tuesday",
        "x" * 41,
    ],
)
def test_a_title_that_says_something_is_refused(office: Office, title: str) -> None:
    with pytest.raises(NotNeutral):
        feeds.make(office.house, office.cora, title)


@pytest.mark.parametrize("title", ["Busy", "Focus time", "Occupée", "  Taken  ", ""])
def test_plain_titles_pass(office: Office, title: str) -> None:
    feeds.make(office.house, office.cora, title)
    found = feeds.state(office.house, office.cora, office.cora.id)
    assert found is not None
    assert found.title == (title.strip() or "Busy")


def test_whoever_asks_again_and_again_is_told_to_wait(
    office: Office, clock: MadeUpClock
) -> None:
    token = feeds.make(office.house, office.cora, "")
    other = feeds.make(office.house, office.dora, "")
    for _ in range(MOST):
        feeds.serve(office.house, token)
        clock.at += timedelta(seconds=10)
    with pytest.raises(AskedTooOften) as refused:
        feeds.serve(office.house, token)
    feeds.serve(office.house, other)
    clock.at += timedelta(seconds=refused.value.wait)
    feeds.serve(office.house, token)
