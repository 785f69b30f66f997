"""What a plan would send, and what saving it would change, asked beforehand (M1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.domain.decision import Reason
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import ContactPlan, Format, Mode
from scheduler.services.files import identity
from scheduler.services.house import House
from scheduler.services.safe_contact import plan_talk, plans, preview
from scheduler.services.safe_contact.preview import Fate
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import outbox, tables
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, hours, plan, rotation, text
from tests.services import filing
from tests.services.filing import Staff
from tests.services.test_plan_conflicts import Silent


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def sending(house: House) -> House:
    """The house with a sender, as a preview without one shows nothing by machine."""
    return replace(house, sender=Silent())


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, words=True)


def book(house: House, staff: Staff, file: ClientFile, start: str) -> str:
    return filing.book(
        house, staff.wanda, file, at(start), counsellor=staff.cora, format=Format.PHONE
    )


def fates(found: preview.PlanPreview) -> list[Fate]:
    return [each.fate for each in found.reminders]


def test_the_fortnight_of_the_plan_in_force(
    sending: House, staff: Staff, alma: ClientFile
) -> None:
    found = preview.preview_plan(sending, staff.wanda, alma.code)
    assert found.fortnight is not None
    could = [each.day for each in found.fortnight.days if each.could]
    assert could == [date(2026, 12, 1), date(2026, 12, 8)]
    assert found.caps.startswith("At most one text a day")


def test_without_a_sender_nothing_could_leave_by_itself(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    found = preview.preview_plan(house, staff.wanda, alma.code)
    assert found.fortnight is not None
    assert not any(each.could for each in found.fortnight.days)


def test_of_two_plans_in_force_what_both_allow(
    sending: House, staff: Staff, alma: ClientFile
) -> None:
    save = plans.save_plan
    save(sending, staff.wanda, alma.code, replace(plan(), away=(), phrases=()), 2)
    save(
        sending,
        staff.ines,
        alma.code,
        replace(plan(), valid_until=date(2026, 12, 5)),
        2,
    )
    found = preview.preview_plan(sending, staff.wanda, alma.code)
    assert found.fortnight is not None
    assert not any(each.could for each in found.fortnight.days)


def test_what_is_planned_is_shown_with_its_range_and_stays(
    sending: House, staff: Staff, alma: ClientFile
) -> None:
    session = book(sending, staff, alma, "2026-12-02 09:00")
    (line,) = preview.preview_plan(sending, staff.wanda, alma.code).reminders
    assert (line.session_id, line.ordinal, line.fate) == (session, 0, Fate.STAYS)
    assert line.was == line.will
    assert line.was is not None
    assert line.was.earliest == at("2026-12-01 09:00")
    assert line.was.latest == at("2026-12-01 09:30")


@pytest.mark.parametrize(
    ("draft", "fate"),
    [
        (plan(), Fate.STAYS),
        (plan(valid_until=date(2026, 12, 20)), Fate.STAYS),
        (plan(text(hours=hours("Mon-Sun 19:00-21:00"))), Fate.MOVES),
        (plan(text(hours=hours("Fri 09:00-10:00"))), Fate.GOES),
        (plan(text(mode=Mode.NONE)), Fate.GOES),
        (plan(channels=()), Fate.GOES),
        (plan(phrases=()), Fate.GOES),
        (plan(valid_until=date(2026, 11, 30)), Fate.GOES),
        (plan(text(address="+14165550177")), Fate.GOES),
    ],
)
def test_saving_does_to_reminders_what_the_preview_says(
    sending: House, staff: Staff, alma: ClientFile, draft: ContactPlan, fate: Fate
) -> None:
    session = book(sending, staff, alma, "2026-12-02 09:00")
    with sending.store.reading() as tx:
        (before,) = outbox.of_sessions(tx, [session])
    (line,) = preview.preview_draft(sending, staff.wanda, alma.code, draft).reminders
    assert line.fate is fate
    assert bool(line.will_reasons) is (fate is Fate.GOES)
    saved = plans.save_plan(sending, staff.wanda, alma.code, draft, 2)
    assert isinstance(saved, plans.Saved)
    with sending.store.reading() as tx:
        after = outbox.of_sessions(tx, [session])
    open_now = [each for each in after if each.state.value == "planned"]
    if fate is Fate.STAYS:
        assert open_now == [before]
    elif fate is Fate.GOES:
        assert open_now == []
    else:
        assert line.will is not None
        assert [(each.earliest, each.latest) for each in open_now] == [
            (line.will.earliest, line.will.latest)
        ]


def test_a_reminder_that_becomes_possible_is_new(sending: House, staff: Staff) -> None:
    quiet = plan(text(hours=hours("Fri 09:00-10:00")))
    file = filing.a_file(sending, staff.wanda, with_plan=quiet)
    book(sending, staff, file, "2026-12-02 09:00")
    (line,) = preview.preview_draft(sending, staff.wanda, file.code, plan()).reminders
    assert (line.fate, line.was) == (Fate.NEW, None)
    assert line.was_reasons == (Reason.OUTSIDE_WINDOW,)
    (still,) = preview.preview_plan(sending, staff.wanda, file.code).reminders
    assert (still.fate, still.will_reasons) == (Fate.NONE, (Reason.OUTSIDE_WINDOW,))


def test_what_has_left_has_left(sending: House, staff: Staff, alma: ClientFile) -> None:
    session = book(sending, staff, alma, "2026-12-02 09:00")
    with sending.store.begin() as tx:
        (message,) = outbox.of_sessions(tx, [session])
        for before, after in (
            ("planned", "due"),
            ("due", "claimed"),
            ("claimed", "sending"),
            ("sending", "accepted"),
        ):
            tx.conn.execute(
                tables.message.update()
                .where(
                    tables.message.c.id == message.id, tables.message.c.state == before
                )
                .values(state=after)
            )
    draft = plan(text(hours=hours("Fri 09:00-10:00")))
    found = preview.preview_draft(sending, staff.wanda, alma.code, draft)
    assert fates(found) == [Fate.HAS_LEFT]


def test_it_says_that_saving_would_suspend_unless_it_was_checked(
    sending: House, staff: Staff, alma: ClientFile
) -> None:
    draft = plan(text(address="+14165550177"))
    found = preview.preview_draft(sending, staff.wanda, alma.code, draft)
    assert found.suspends == "new_number"
    assert found.fortnight is not None
    assert found.fortnight.stopped == (Reason.PLAN_SUSPENDED,)
    handle = identity.start_check(sending, staff.wanda, alma.code)
    identity.try_word(sending, staff.wanda, handle, "marmalade")
    again = preview.preview_draft(sending, staff.wanda, alma.code, draft)
    assert again.suspends is None


def test_a_suspended_plan_shows_what_a_talk_with_a_check_would_bring_back(
    sending: House, staff: Staff, alma: ClientFile
) -> None:
    book(sending, staff, alma, "2026-12-02 09:00")
    plan_talk.suspend(sending, staff.wanda, alma.code)
    show = preview.preview_draft
    for talked in (False, True):
        assert fates(show(sending, staff.wanda, alma.code, plan(), talked=talked)) == [
            Fate.NONE
        ]
    handle = identity.start_check(sending, staff.wanda, alma.code)
    identity.try_word(sending, staff.wanda, handle, "marmalade")
    assert fates(show(sending, staff.wanda, alma.code, plan())) == [Fate.NONE]
    assert fates(show(sending, staff.wanda, alma.code, plan(), talked=True)) == [
        Fate.NEW
    ]


def test_what_cannot_be_saved_is_said_while_typing_and_the_rest_still_drawn(
    sending: House, staff: Staff, alma: ClientFile
) -> None:
    draft = plan(
        text(address="nowhere"),
        phrases=(Phrase(Meaning.REMINDER, "See you on Tuesday"),),
    )
    found = preview.preview_draft(sending, staff.wanda, alma.code, draft)
    assert set(found.wrongs) == {"channels.text.address", "phrases.reminder.0"}
    assert found.fortnight is not None
    assert not any(each.could for each in found.fortnight.days)
    unread = replace(draft, zone="Mars/Base")
    assert (
        preview.preview_draft(sending, staff.wanda, alma.code, unread).fortnight is None
    )
    circling = plan(text(hours=replace(hours(), rotations=(NEVER_TURNS,))))
    assert (
        preview.preview_draft(sending, staff.wanda, alma.code, circling).fortnight
        is None
    )


NEVER_TURNS = replace(rotation("2026-11-30", 1, (1,), "Wed 13:00-15:00"), weeks=0)


def test_nothing_is_written_by_looking(
    sending: House, staff: Staff, alma: ClientFile
) -> None:
    book(sending, staff, alma, "2026-12-02 09:00")
    before = _rows(sending)
    preview.preview_plan(sending, staff.wanda, alma.code)
    preview.preview_draft(
        sending, staff.wanda, alma.code, plan(text(address="+14165550177"))
    )
    assert _rows(sending) == before


def _rows(house: House) -> dict[str, int]:
    with house.store.reading() as tx:
        return {
            name: len(tx.conn.execute(table.select()).all())
            for name, table in tables.metadata.tables.items()
        }


def test_sessions_that_have_begun_are_not_listed(
    sending: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    book(sending, staff, alma, "2026-12-02 09:00")
    clock.at = at("2026-12-02 09:00")
    assert preview.preview_plan(sending, staff.wanda, alma.code).reminders == ()
    clock.at -= timedelta(minutes=1)
    assert len(preview.preview_plan(sending, staff.wanda, alma.code).reminders) == 1
