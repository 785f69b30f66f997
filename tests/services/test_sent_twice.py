"""The same form sent twice does what it does once (B8). A press too many, a page sent
again after the line was slow: no second file, no second text, no try that counts."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from scheduler.domain.code_words import WordFor
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback import Branch
from scheduler.domain.hours import DateSpan
from scheduler.domain.people import Person
from scheduler.services.calendar import availability, on_call
from scheduler.services.counselling import fallback, sessions
from scheduler.services.files import apartness, asking, callers, identity, people
from scheduler.services.files.identity import Answer
from scheduler.services.house import House
from scheduler.services.messages import typed_replies
from scheduler.services.safe_contact import code_words
from scheduler.services.scheduling import booking, holds
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import counsellors, interruptions, tables
from scheduler.storage.people import ClientFile
from tests.domain.builders import at
from tests.services import filing
from tests.services.sending import NUMBER, Desk, open_desk

FORM = "a form as it was drawn"


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def rows(house: House, table: str) -> int:
    with house.store.reading() as tx:
        counted = select(func.count()).select_from(tables.metadata.tables[table])
        return int(tx.conn.execute(counted).scalar_one())


def opened(desk: Desk, form: str | None, name: str = "Thisbe") -> ClientFile:
    file = people.open_file(
        desk.house, desk.wanda, person=Person(session_name=name), form=form
    )
    assert isinstance(file, ClientFile)
    return file


def test_a_new_file_sent_twice_is_one_file(desk: Desk) -> None:
    before = rows(desk.house, "client")
    first, again = opened(desk, FORM), opened(desk, FORM)
    assert again == first
    assert rows(desk.house, "client") == before + 1
    assert len(filing.trail(desk.house, "opened")) == before + 1
    assert opened(desk, "another form").code != first.code
    assert opened(desk, None).code != opened(desk, None).code


def test_a_form_that_was_refused_may_be_put_right_and_sent_again(desk: Desk) -> None:
    wrong = people.open_file(
        desk.house, desk.wanda, person=Person(session_name="x" * 90), form=FORM
    )
    assert not isinstance(wrong, ClientFile)
    assert opened(desk, FORM).code


def test_a_file_she_was_shut_out_of_is_not_given_back_to_her(desk: Desk) -> None:
    file = opened(desk, FORM)
    sue = desk.office.sue
    apartness.shut_out(desk.house, sue, file.code, desk.wanda.id, shut=True)
    with pytest.raises(NotThere):
        opened(desk, FORM)


def test_words_set_twice_by_one_form_need_no_check_in_between(desk: Desk) -> None:
    code = opened(desk, None).code
    for _ in range(2):
        wrong = code_words.set_words(
            desk.house, desk.wanda, code, filing.WORDS, form=FORM
        )
        assert wrong is None
    assert len(filing.trail(desk.house, "set code words")) == 1
    another = code_words.set_words(
        desk.house, desk.wanda, code, {WordFor.NOT_SAFE: ["green umbrella"]}
    )
    assert another is not None


@pytest.mark.parametrize(
    ("word", "answer", "left"),
    [
        ("marmalade", Answer.MATCHED, 0),
        ("jam", Answer.NO_MATCH, 2),
        ("blue umbrella", Answer.NOT_SAFE, 0),
        ("paper lantern", Answer.GET_HELP, 0),
    ],
)
def test_a_word_sent_twice_is_one_try_with_one_answer(
    desk: Desk, word: str, answer: Answer, left: int
) -> None:
    file = filing.a_file(desk.house, desk.wanda, words=True)
    handle = identity.start_check(desk.house, desk.wanda, file.code)
    tried = [
        identity.try_word(desk.house, desk.wanda, handle, word, form=FORM)
        for _ in range(2)
    ]
    assert tried[0] == tried[1]
    assert (tried[1].answer, tried[1].tries_left) == (answer, left)
    assert len(filing.trail(desk.house, "used code word")) <= 1
    next_ = identity.try_word(desk.house, desk.wanda, handle, "jam", form="the next")
    assert next_.tries_left == max(0, left - 1)


def test_a_word_for_nobody_sent_twice_is_one_try_too(desk: Desk) -> None:
    handle = callers.find_caller(desk.house, desk.wanda, "416 555 0199")
    for _ in range(2):
        tried = identity.try_word(desk.house, desk.wanda, handle, "jam", form=FORM)
        assert (tried.answer, tried.tries_left) == (Answer.NO_MATCH, 2)


def test_a_move_sent_twice_moves_once_and_tells_her_once(desk: Desk) -> None:
    session = desk.office.booked("2026-12-08 10:00")
    for _ in range(2):
        moved = booking.move(
            desk.house,
            desk.office.cora,
            session,
            at("2026-12-09 10:00"),
            by_agency=True,
            form=FORM,
        )
        assert moved.decision.yes
    assert desk.office.session(session).version == 2
    told = [
        each for each in desk.office.messages(session) if each.kind.value == "changed"
    ]
    assert len(told) == 1


def test_who_holds_a_time_is_told_so_when_she_presses_again(desk: Desk) -> None:
    start, cora = at("2026-12-01 10:00"), desk.office.cora
    kept = holds.hold(desk.house, desk.wanda, cora.id, start, 50).session_id
    asked = (cora.id, start, 50)
    assert holds.held_by_her(desk.house, desk.wanda, *asked) == kept
    assert holds.held_by_her(desk.house, desk.ines, *asked) is None
    assert holds.held_by_her(desk.house, desk.wanda, cora.id, start, 80) is None
    desk.clock.at += timedelta(minutes=5)
    assert holds.held_by_her(desk.house, desk.wanda, *asked) is None


def test_leave_that_is_there_already_is_not_written_again(desk: Desk) -> None:
    cora = desk.office.cora
    span = DateSpan(date(2026, 12, 21), date(2026, 12, 31))
    for _ in range(2):
        availability.add_leave(desk.house, cora, cora.id, span)
    with desk.house.store.reading() as tx:
        [found] = counsellors.by_ids(tx, [cora.id], desk.clock.at).values()
    assert found.leave == (span,)


def test_a_turn_of_the_rota_set_twice_is_one(desk: Desk) -> None:
    sue, house = desk.office.sue, desk.house
    turn = (sue.id, at("2027-03-01 07:00"), at("2027-03-02 07:00"))
    assert on_call.add_turn(house, sue, *turn) == on_call.add_turn(house, sue, *turn)


def test_somebody_who_asked_once_is_written_down_once(desk: Desk) -> None:
    for _ in range(2):
        asking.asked(desk.house, desk.wanda, "partner", form=FORM)
    assert desk.kinds() == ["someone_asked"]
    asking.asked(desk.house, desk.wanda, "partner", form="she asked again")
    assert desk.kinds() == ["someone_asked", "someone_asked"]


def test_a_text_typed_in_twice_came_in_once(desk: Desk) -> None:
    for _ in range(2):
        wrong = typed_replies.enter(
            desk.house, desk.wanda, NUMBER, "who is this", form=FORM
        )
        assert wrong == ""
    assert desk.kinds() == ["reply_other"]


def test_the_same_branch_pressed_twice_is_one_line_and_one_call(desk: Desk) -> None:
    session = desk.office.booked("2026-12-01 10:00")
    desk.go_to("2026-12-01 10:00")
    cora = desk.office.cora
    sessions.start(desk.house, cora, session)
    fallback.interrupt(desk.house, cora, session, Branch.NO_ANSWER)
    before = desk.alerts()
    fallback.change_branch(desk.house, cora, session, Branch.NO_ANSWER)
    with desk.house.store.reading() as tx:
        last = interruptions.latest(tx, session)
        assert last is not None
        entries = [each.entry for each in interruptions.log(tx, last.id)]
    assert entries.count("branch") == 1
    assert desk.alerts() == before
