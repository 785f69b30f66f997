"""A custodian holds a file for a court: laid, looked at again, ended (E7, bar-T5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.legal_hold import EndReason, HoldAct, HoldReason
from scheduler.services.files import apartness, legal_hold
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import replies
from scheduler.storage.people import ClientFile
from tests.services import filing
from tests.services.filing import Staff

ORDER = HoldReason.ORDER


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def file(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda)


def soon(house: House, days: int = 30) -> date:
    return house.now().date() + timedelta(days=days)


def lay(house: House, staff: Staff, file: ClientFile, days: int = 30) -> None:
    found = legal_hold.lay(house, staff.carl, file.code, ORDER, soon(house, days))
    assert found is None


def test_it_is_laid_looked_at_again_and_ended_with_who_why_and_when(
    house: House, staff: Staff, file: ClientFile, clock: MadeUpClock
) -> None:
    lay(house, staff, file)
    assert filing.again(house, file).legal_hold
    clock.at += timedelta(days=30)
    complaint = HoldReason.COMPLAINT
    legal_hold.review(house, staff.carl, file.code, complaint, soon(house, 60))
    legal_hold.end(house, staff.carl, file.code, EndReason.OVER)
    assert not filing.again(house, file).legal_hold
    acts = legal_hold.look(house, staff.carl, file.code).acts
    assert [each.act for each in acts] == [
        HoldAct.ENDED,
        HoldAct.REVIEWED,
        HoldAct.LAID,
    ]
    assert [each.reason for each in acts] == ["over", "complaint", "order"]
    assert {each.by_id for each in acts} == {staff.carl.id}
    assert [each[-1] for each in filing.trail(house, "laid hold")] == ["order"]
    assert len(filing.trail(house, "ended hold")) == 1
    # Ended once, it can be laid anew.
    lay(house, staff, file)


def test_what_is_not_in_turn_is_said_and_nothing_is_written(
    house: House, staff: Staff, file: ClientFile
) -> None:
    assert end(house, staff, file) == {"reason"}
    lay(house, staff, file)
    again = legal_hold.lay(house, staff.carl, file.code, ORDER, soon(house))
    assert isinstance(again, FieldErrors)
    assert "held already" in again.wrongs["reason"]
    past = legal_hold.review(house, staff.carl, file.code, ORDER, soon(house, 0))
    assert isinstance(past, FieldErrors)
    assert set(past.wrongs) == {"review_on"}
    assert end(house, staff, file, EndReason.ERASED) == {"reason"}
    assert len(legal_hold.look(house, staff.carl, file.code).acts) == 1


def end(
    house: House, staff: Staff, file: ClientFile, why: EndReason = EndReason.OVER
) -> set[str]:
    found = legal_hold.end(house, staff.carl, file.code, why)
    return set(found.wrongs) if found else set()


@pytest.mark.parametrize("who", ["wanda", "sue", "cora", "maia"])
def test_only_a_custodian_holds(
    house: House, staff: Staff, file: ClientFile, who: str
) -> None:
    actor = getattr(staff, who)
    acts: list[Any] = [
        lambda: legal_hold.look(house, actor, file.code),
        lambda: legal_hold.lasting(house, actor),
        lambda: legal_hold.lay(house, actor, file.code, ORDER, soon(house)),
        lambda: legal_hold.end(house, actor, file.code, EndReason.OVER),
    ]
    for each in acts:
        with pytest.raises(NotThere):
            each()
    assert not filing.again(house, file).legal_hold


def test_those_that_last_are_listed_and_a_review_that_has_come_is_marked(
    house: House, staff: Staff, file: ClientFile, clock: MadeUpClock
) -> None:
    other = filing.a_file(house, staff.wanda)
    lay(house, staff, other, days=60)
    lay(house, staff, file, days=5)
    clock.at += timedelta(days=6)
    listed = legal_hold.lasting(house, staff.carl)
    assert [(each.code, each.due) for each in listed] == [
        (file.code, True),
        (other.code, False),
    ]
    apartness.shut_out(house, staff.sue, other.code, staff.carl.id)
    assert [each.code for each in legal_hold.lasting(house, staff.carl)] == [
        file.code,
        "",
    ]


def test_the_words_of_a_reply_are_kept_while_it_lasts_and_go_after_it(
    house: House, staff: Staff, file: ClientFile
) -> None:
    now = house.now()
    with house.store.begin() as tx:
        for reply, whose in (("hers", file.id), ("nobodys", None)):
            replies.insert_reply(
                tx,
                reply,
                at=now,
                kind="other",
                client_id=whose,
                body="Marmalade",
                entered_by=None,
                delete_after=now,
            )
    lay(house, staff, file)
    with house.store.begin() as tx:
        assert replies.forget_bodies(tx, now) == 0
        assert replies.body(tx, "hers") == "Marmalade"
    end(house, staff, file)
    with house.store.begin() as tx:
        assert replies.forget_bodies(tx, now) == 1
        assert replies.body(tx, "hers") is None
