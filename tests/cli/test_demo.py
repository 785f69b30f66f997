"""The demo agency: what it holds, and that it kept every promise while it was made."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Sender
from config.wiring import build_app, open_installation
from integrations.sms.phone import Text
from scheduler.cli import demo as command
from scheduler.cli.demo import agency, boundaries, folder
from scheduler.domain.errors import Misconfigured, NotThere
from scheduler.domain.messages import MessageState
from scheduler.domain.people import Role
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan, LineType, Mode
from scheduler.domain.zones import zone
from scheduler.services.files import file_view
from scheduler.services.files import people as files
from scheduler.storage import (
    accounts,
    attention,
    bookings,
    code_words,
    counsellors,
    interruptions,
    outbox,
    people,
    plans,
)
from tests.cli.practised import TUESDAY, Demo, copied, made

SUNDAY_NIGHT = datetime(2027, 3, 14, 8, 10, tzinfo=UTC)
# 23:30 on a Wednesday, where the agency is.
LATE = datetime(2026, 11, 26, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def tuesday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Made on a Tuesday afternoon."""
    demo = copied(tmp_path_factory.mktemp("demo") / "a copy")
    yield demo
    demo.installation.close()


@pytest.fixture(scope="module")
def sunday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Made in the small hours of the Sunday on which clocks go forward."""
    demo = made(tmp_path_factory.mktemp("demo"), SUNDAY_NIGHT)
    yield demo
    demo.installation.close()


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Made half an hour before midnight."""
    demo = made(tmp_path_factory.mktemp("demo"), LATE)
    yield demo
    demo.installation.close()


def in_force(demo: Demo) -> dict[str, ContactPlan]:
    """Everybody's plan, by the name she has in the script."""
    with demo.installation.house.store.reading() as tx:
        return {
            name: plans.current(tx, row)[0] for name, row in demo.stage.rows.items()
        }


def texts(demo: Demo) -> list[Text]:
    """All texts that left, in order."""
    return [each for each in demo.phone.texts if not each.outgoing]


# --- Who is in it ---------------------------------------------------------------


def test_it_has_the_staff_of_a_small_agency(tuesday: Demo) -> None:
    with tuesday.installation.house.store.reading() as tx:
        members = accounts.members(tx)
        found = counsellors.by_ids(tx, None, TUESDAY)
    assert Counter(each.role for each in members) == {
        Role.COUNSELLOR: 8,
        Role.SUPERVISOR: 2,
        Role.INTAKE: 1,
        Role.ADMINISTRATOR: 1,
        Role.CUSTODIAN: 1,
        Role.SECOND: 1,
    }
    assert len({each.zone for each in found.values()}) == 2
    assert {"en", "fr", "es"} <= {
        one for each in found.values() for one in each.languages
    }
    assert any(each.most_a_day == 3 for each in found.values())
    assert any(each.leave for each in found.values())
    assert any(each.busy for each in found.values())
    assert any(each.hours.rotations for each in found.values())


def test_somebody_is_on_call_and_has_said_so(tuesday: Demo) -> None:
    with tuesday.installation.house.store.reading() as tx:
        duty = counsellors.duty_at(tx, TUESDAY)
    assert duty is not None
    assert duty.acknowledged_at is not None


def test_forty_people_have_plans_of_all_kinds(tuesday: Demo) -> None:
    plans_now = in_force(tuesday)
    assert len(plans_now) == 40
    channels = [one for plan in plans_now.values() for one in plan.channels]
    modes = Counter(each.mode for each in channels if each.kind is ChannelKind.SMS)
    assert modes[Mode.AUTOMATIC] >= 15
    assert modes[Mode.ASSISTED] >= 6
    assert sum(not plan.channels for plan in plans_now.values()) >= 5
    lines = Counter(each.line for each in channels)
    assert lines[LineType.SHARED_MOBILE] >= 2
    assert lines[LineType.LANDLINE] >= 2
    assert sum(bool(each.hours.rotations) for each in channels) >= 2
    assert sum(bool(plan.away) for plan in plans_now.values()) >= 2
    assert (
        sum(
            any(each.monitored.counts for each in plan.devices)
            for plan in plans_now.values()
        )
        >= 2
    )
    assert len({plan.cutoff for plan in plans_now.values()}) >= 5
    assert any(plan.lapsed(TUESDAY) for plan in plans_now.values())


def test_some_are_suspended_and_each_for_another_reason(tuesday: Demo) -> None:
    with tuesday.installation.house.store.reading() as tx:
        grounds = {each.suspended_why for each in people.open_files(tx)}
    assert {"staff", "stop", "reply", "late_receipt", "not_safe"} <= grounds


def test_nearly_everybody_has_chosen_words(tuesday: Demo) -> None:
    with tuesday.installation.house.store.reading() as tx:
        having = [
            name
            for name, row in tuesday.stage.rows.items()
            if code_words.words(tx, row)
        ]
    assert len(having) == 38


def test_nobody_has_a_number_that_could_be_somebodys(tuesday: Demo) -> None:
    hers = [
        {each.address for each in plan.channels if each.address}
        for plan in in_force(tuesday).values()
    ]
    numbers = [each for some in hers for each in some]
    assert len(numbers) >= 30
    assert all(re.fullmatch(r"\+1[2-9]\d{2}55501\d{2}", each) for each in numbers)
    assert len(set(numbers)) == len(numbers)


# --- What has happened ------------------------------------------------------------


def test_every_session_of_the_script_could_be_booked(tuesday: Demo) -> None:
    assert tuesday.stage.missed == []


@pytest.mark.parametrize(
    ("which", "behind", "ahead"),
    [("tuesday", 2, 3), ("sunday", 0, 5), ("late", 4, 1)],
)
def test_the_day_shown_first_has_five_sessions_as_many_to_come_as_the_hour_allows(
    which: str, behind: int, ahead: int, request: pytest.FixtureRequest
) -> None:
    demo: Demo = request.getfixturevalue(which)
    ines = demo.stage.actors["ines"].id
    since, until = demo.stage.wall(0, 0), demo.stage.wall(1, 0)
    with demo.installation.house.store.reading() as tx:
        today = bookings.of_counsellors(tx, [ines], since, until)
    states = Counter(each.state.value for each in today)
    assert states == Counter({"completed": behind, "booked": ahead})
    assert demo.stage.missed == []


def test_two_files_are_kept_apart_and_some_do_not_exist_for_some(
    tuesday: Demo,
) -> None:
    codes, house = tuesday.stage.codes, tuesday.installation.house
    for staff, name in boundaries.SHUT_OUT:
        for code in (codes[name], "Z-9999"):
            with pytest.raises(NotThere):
                files.see_file(house, tuesday.stage.actors[staff], code)
    sue = tuesday.stage.actors["salma"]
    for one, other in boundaries.APART:
        assert file_view.see(house, sue, codes[one]).apart == (codes[other],)
    assert file_view.see(house, sue, codes["capped"]).shut_out


def test_sessions_have_gone_in_every_way(tuesday: Demo) -> None:
    store = tuesday.installation.house.store
    with store.reading() as tx:
        found = [bookings.get(tx, each) for each in tuesday.stage.sessions.values()]
        states = Counter(each.state.value for each in found if each)
        broken = [
            interruptions.latest(tx, each.id)
            for each in found
            if each and each.interrupted
        ]
    assert states["completed"] >= 25
    assert states["booked"] >= 25
    assert states["not_joined"] >= 3
    assert states["cancelled"] >= 3
    assert states["ended_early"] >= 2
    assert any(each and each.series_id for each in found)
    assert any(each and len(each.client_ids) > 1 for each in found)
    assert sum(each is not None and each.reviewed_at is None for each in broken) >= 1
    assert (
        sum(each is not None and each.reviewed_at is not None for each in broken) >= 2
    )


def test_texts_have_gone_in_every_way(tuesday: Demo) -> None:
    with tuesday.installation.house.store.reading() as tx:
        states = Counter(each.state for each in outbox.everything(tx))
    for state in (
        MessageState.DELIVERED,
        MessageState.PLANNED,
        MessageState.SENT_BY_HAND,
        MessageState.EXPIRED,
        MessageState.WITHHELD,
        MessageState.UNCERTAIN,
        MessageState.CANCELLED,
    ):
        assert states[state], state


def test_about_ten_things_need_a_person(tuesday: Demo) -> None:
    with tuesday.installation.house.store.reading() as tx:
        waiting = [each.kind for each in attention.open_items(tx)]
        calling = attention.unseen_alerts(tx)
    assert 8 <= len(waiting) <= 14
    assert {
        "reply_stop",
        "reply_other",
        "late_receipt",
        "uncertain",
        "stand_in_needed",
        "review_due",
        "plan_lapsed",
        "assisted_send",
    } <= set(waiting)
    assert not calling


# --- What was promised --------------------------------------------------------------


def inside(channel: Channel, plan: ContactPlan, at: datetime) -> bool:
    """Counted by hand: wall time where she lives, fifteen minutes and one before the
    end of a window of that weekday, in a week that is on."""
    wall = at.astimezone(zone(plan.zone))
    minute = wall.hour * 60 + wall.minute + wall.second / 60
    for window in open_windows(channel, wall.date()):
        if wall.weekday() in window[0] and window[1] <= minute <= window[2] - 16:
            return True
    return False


def open_windows(
    channel: Channel, day: date
) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """The windows that may hold on a day."""
    for each in channel.hours.weekly:
        yield each.days, each.start, each.end
    for rotation in channel.hours.rotations:
        monday = day - timedelta(days=day.weekday())
        week = (monday - rotation.anchor).days // 7 % rotation.weeks + 1
        if week in rotation.on:
            for each in rotation.windows:
                yield each.days, each.start, each.end


@pytest.mark.parametrize("which", ["tuesday", "sunday", "late"])
def test_every_text_left_inside_her_window_and_on_none_of_her_days_away(
    which: str, request: pytest.FixtureRequest
) -> None:
    demo: Demo = request.getfixturevalue(which)
    plans_now = in_force(demo)
    names = {number: name for name, number in demo.stage.numbers.items()}
    assert len(texts(demo)) >= 20
    for text in texts(demo):
        plan = plans_now[names[text.number]]
        channel = next(each for each in plan.channels if each.address == text.number)
        at = datetime.fromisoformat(text.at)
        assert channel.mode is Mode.AUTOMATIC
        assert inside(channel, plan, at), (names[text.number], at)
        day = at.astimezone(zone(plan.zone)).date()
        assert not any(day in each.days for each in plan.away), names[text.number]
        assert text.body in {each.text for each in plan.phrases}


@pytest.mark.parametrize("which", ["tuesday", "sunday"])
def test_nothing_left_twice_nor_beyond_the_caps(
    which: str, request: pytest.FixtureRequest
) -> None:
    demo: Demo = request.getfixturevalue(which)
    zones = {
        demo.stage.numbers[name]: plan.zone
        for name, plan in in_force(demo).items()
        if name in demo.stage.numbers
    }
    days: dict[str, list[date]] = {}
    for text in texts(demo):
        at = datetime.fromisoformat(text.at)
        days.setdefault(text.number, []).append(
            at.astimezone(zone(zones[text.number])).date()
        )
    assert len({each.reference for each in texts(demo)}) == len(texts(demo))
    for found in days.values():
        assert len(set(found)) == len(found)
        for day in found:
            assert (
                sum(timedelta(0) <= day - other < timedelta(days=7) for other in found)
                <= 2
            )


def test_it_is_another_agency_each_day(tuesday: Demo, sunday: Demo) -> None:
    assert set(tuesday.stage.codes.values()) != set(sunday.stage.codes.values())


# --- Starting, and starting again ------------------------------------------------


def test_it_is_started_as_it_is_for_the_rest_of_the_day(tuesday: Demo) -> None:
    settings = tuesday.settings
    assert folder.is_current(settings, TUESDAY + timedelta(hours=5))
    assert not folder.is_current(settings, TUESDAY + timedelta(hours=24))
    env = {"QUIETLINE_HOME": str(settings.home)}
    before = time.process_time()
    installation = command.ready(env, TUESDAY)
    took = time.process_time() - before
    with installation.house.store.reading() as tx:
        assert len(people.open_files(tx)) == 40
    installation.close()
    assert took < 2


def test_one_that_was_made_with_other_tables_is_made_anew(
    tuesday: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.is_current(tuesday.settings, TUESDAY)
    monkeypatch.setattr(folder, "_tables", lambda: "those of the next version")
    assert not folder.is_current(tuesday.settings, TUESDAY)


def test_an_agency_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "quietline.sqlite").write_bytes(b"somebody's")
    settings = folder.settings_of({"QUIETLINE_HOME": str(tmp_path)})
    with pytest.raises(Misconfigured, match="that is no demo"):
        folder.prepare(settings)
    assert (tmp_path / "quietline.sqlite").read_bytes() == b"somebody's"


def test_a_half_made_demo_is_made_anew(tmp_path: Path) -> None:
    settings = folder.prepare(folder.settings_of({"QUIETLINE_HOME": str(tmp_path)}))
    first = settings.key_file.read_bytes()
    assert not folder.is_current(settings, TUESDAY)
    folder.prepare(settings)
    assert settings.key_file.read_bytes() != first


def test_a_demo_is_not_made_where_real_people_are_served() -> None:
    with pytest.raises(Misconfigured, match="QUIETLINE_ENV is “production”"):
        folder.settings_of({"QUIETLINE_ENV": "production"})


def test_the_phone_is_in_the_address_map_of_a_demo_only(tuesday: Demo) -> None:
    demo = tuesday.installation
    shown = build_app(demo)
    without = build_app(
        replace(demo, settings=replace(demo.settings, phone_page=False))
    )
    assert "phone.practice" in shown.view_functions
    assert not any("phone" in str(rule) for rule in without.url_map.iter_rules())


def test_it_does_not_start_with_the_phone_beside_another_sender(
    tuesday: Demo,
) -> None:
    settings = replace(tuesday.settings, sender=Sender.NONE)
    with pytest.raises(Misconfigured, match="phone page is on"):
        open_installation(settings)


def test_whoever_tries_it_is_told_how_to_sign_in(
    tuesday: Demo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        command, "ready", lambda *_a, **_k: open_installation(tuesday.settings)
    )
    from scheduler.cli import main  # noqa: PLC0415 (the command as it is called)

    assert main(["demo"]) == 0
    told = capsys.readouterr().out
    for each in agency.EVERYBODY:
        assert each.sign_in_name in told
        assert each.role.value in told
    assert agency.PASSWORD in told
    assert tuesday.stage.codes["moved"] in told


@pytest.mark.postgres
def test_it_is_made_in_postgresql_too(
    tmp_path: Path, fresh_postgres_url: Callable[[], str]
) -> None:
    env = {"QUIETLINE_DATABASE_URL": fresh_postgres_url()}
    demo = made(tmp_path, TUESDAY, **env)
    try:
        assert demo.stage.missed == []
        assert len(texts(demo)) >= 20
    finally:
        demo.installation.close()
    with pytest.raises(Misconfigured, match="made once"):
        folder.prepare(demo.settings)
