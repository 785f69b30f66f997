"""What was written when a file was opened, put right afterwards."""

from dataclasses import replace
from datetime import date

import pytest

from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import ServiceKind
from scheduler.services.files import apartness, corrections
from scheduler.services.files.corrections import Corrected, Request
from scheduler.services.house import House
from scheduler.services.safe_contact import plans
from scheduler.services.simulation.made_up import MadeUpClock
from tests.domain.builders import at, plan, text
from tests.services import filing
from tests.services.sending import Desk, open_desk

TORONTO, VANCOUVER = "America/Toronto", "America/Vancouver"
AS_IT_IS = Request(None, date(2026, 11, 30), TORONTO)


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def corrected(desk: Desk, right: Request) -> Corrected:
    found = corrections.correct(desk.house, desk.wanda, desk.alma.code, right)
    assert isinstance(found, Corrected), found
    return found


def wrongs(desk: Desk, right: Request) -> dict[str, str]:
    found = corrections.correct(desk.house, desk.wanda, desk.alma.code, right)
    assert isinstance(found, FieldErrors)
    return dict(found.wrongs)


def test_the_service_and_the_day_are_put_right_and_it_is_written_who_did(
    desk: Desk,
) -> None:
    right = replace(
        AS_IT_IS, service=ServiceKind.COUNSELLING, requested_on=date(2026, 11, 20)
    )
    assert corrected(desk, right).changed == ("service", "requested_on")
    file = desk.file()
    assert (file.service, file.requested_on) == (right.service, right.requested_on)
    assert file.plan_number == desk.alma.plan_number
    assert filing.trail(desk.house, "corrected") == [
        (desk.wanda.id, "client", str(file.id), ["service", "requested_on"], "")
    ]


def test_what_is_so_already_leaves_no_line(desk: Desk) -> None:
    assert corrected(desk, AS_IT_IS) == Corrected(())
    assert filing.trail(desk.house, "corrected") == []


def test_in_another_clock_her_hours_are_read_in_it_and_reminders_planned_anew(
    desk: Desk,
) -> None:
    """Vancouver stays on summer time: Tuesday 09:00 to 11:30 hers is 11:00 to 13:30 in
    Toronto. A session on Wednesday at 10:00 is at 08:00 hers, before her hours."""
    reminder = desk.reminded()
    session = reminder.session_id
    assert session is not None
    found = corrected(desk, replace(AS_IT_IS, zone=VANCOUVER))
    assert found.changed == ("zone",)
    assert desk.file().zone == VANCOUVER
    [current] = filing.in_force(desk.house, desk.alma)
    assert (current.zone, current.version) == (VANCOUVER, desk.alma.plan_number + 1)
    assert desk.state(reminder) == "cancelled"
    again = [
        each for each in desk.office.messages(session) if each.state.value == "planned"
    ]
    assert len(again) == 1
    assert at("2026-12-01 11:00") <= again[0].not_before <= at("2026-12-01 13:14")
    assert [each.session_id for each in found.rechecked] == [session]
    assert "supervisor_needed" in desk.kinds()


def test_another_clock_back_again_lets_the_session_stand(desk: Desk) -> None:
    desk.reminded()
    corrected(desk, replace(AS_IT_IS, zone=VANCOUVER))
    assert corrected(desk, AS_IT_IS).rechecked == ()
    assert desk.kinds() == []


def test_a_plan_open_elsewhere_meanwhile_is_kept_beside_not_over_it(desk: Desk) -> None:
    based_on = desk.file().plan_number
    corrected(desk, replace(AS_IT_IS, zone=VANCOUVER))
    draft = plan(text(address="+14165550188"))
    saved = plans.save_plan(
        desk.house, desk.wanda, desk.alma.code, draft, based_on=based_on
    )
    assert isinstance(saved, plans.Conflict)
    assert desk.file().zone == VANCOUVER
    assert "Settle" in wrongs(desk, AS_IT_IS)["zone"]


@pytest.mark.parametrize(
    ("right", "field", "says"),
    [
        (replace(AS_IT_IS, zone="Toronto"), "zone", "Toronto"),
        (
            replace(AS_IT_IS, requested_on=date(2026, 12, 1)),
            "requested_on",
            "has not come yet",
        ),
    ],
)
def test_what_cannot_be_so_has_its_sentence_and_changes_nothing(
    desk: Desk, right: Request, field: str, says: str
) -> None:
    before = desk.file()
    assert says in wrongs(desk, right)[field]
    assert desk.file() == before


def test_only_who_may_change_the_file_corrects_it(desk: Desk) -> None:
    staff, sue = desk.office.staff, desk.office.sue
    apartness.shut_out(desk.house, sue, desk.alma.code, desk.ines.id, shut=True)
    for actor in (staff.dora, staff.carl, staff.maia, desk.ines):
        with pytest.raises(NotThere):
            corrections.correct(desk.house, actor, desk.alma.code, AS_IT_IS)
