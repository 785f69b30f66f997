"""The heart: may this client be contacted by this channel, for this purpose, now?

One row a rule with all the reasons that hold, then properties over all of it.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.contact import (
    MEANINGS,
    PURPOSE_OF,
    QUESTION_REACH,
    Contacted,
    Request,
    Standing,
    candidates,
    decide,
)
from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.intervals import Interval
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    Away,
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    LineType,
    Mode,
    Purpose,
    Sure,
)
from scheduler.domain.policy import Policy
from tests.domain import random_plans
from tests.domain.builders import (
    EVERYTHING,
    PHRASES,
    POLICY,
    TORONTO,
    at,
    away,
    call,
    hours,
    left,
    plan,
    reminder,
    text,
    utc,
    voice,
)
from tests.domain.wall_clock import Calendar, may_leave
from tests.profiles import trials

R = Reason

# Inside the window of Tuesday, 9:00 to 11:30.
OPEN = at("2026-12-01 10:00")


def ask(
    her_plan: ContactPlan | None = None,
    request: Request | None = None,
    standing: Standing = EVERYTHING,
    policy: Policy = POLICY,
    now: datetime = OPEN,
) -> Decision:
    """One question, with nothing against it but what is given."""
    return decide(her_plan or plan(), request or reminder(), standing, policy, now)


def reasons(decision: Decision) -> set[Reason]:
    """What was said, of which nothing is left out or said twice."""
    assert len(set(decision.reasons)) == len(decision.reasons)
    return set(decision.reasons)


def test_nothing_against_it_is_a_yes_with_its_window() -> None:
    assert ask() == Decision(
        Verdict.SEND,
        (R.ALL_RIGHT,),
        window=Interval(at("2026-12-01 09:00"), at("2026-12-01 11:30")),
    )


# --- P1, P2 ------------------------------------------------------------------


@pytest.mark.parametrize("kind", ChannelKind)
@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("by_hand", [False, True])
def test_a_plan_with_no_channel_out_lets_nothing_out(
    kind: ChannelKind, purpose: Purpose, by_hand: bool
) -> None:
    nothing = ContactPlan(TORONTO, date(2026, 12, 31))
    decision = ask(nothing, Request(kind, purpose, by_hand=by_hand))
    assert decision == Decision(Verdict.REFUSE, (R.NO_CHANNEL,))


def test_without_a_channel_the_state_of_the_plan_is_said_too() -> None:
    nothing = ContactPlan(TORONTO, date(2026, 11, 30))
    standing = Standing(suspended=True, paused=True, clock_verified=False)
    assert reasons(ask(nothing, standing=standing)) == {
        R.NO_CHANNEL,
        R.PLAN_LAPSED,
        R.PLAN_SUSPENDED,
        R.PAUSED,
        R.CLOCK_UNVERIFIED,
    }


@pytest.mark.parametrize("asked", Purpose)
@pytest.mark.parametrize("agreed", Purpose)
def test_a_channel_is_used_for_the_purposes_she_said_yes_to(
    asked: Purpose, agreed: Purpose
) -> None:
    her_plan = plan(voice(purposes=frozenset({agreed})))
    decision = ask(her_plan, call(asked))
    assert decision.yes == (asked is agreed)
    if asked is not agreed:
        assert decision.verdict is Verdict.REFUSE
        assert reasons(decision) == {R.PURPOSE_NOT_ALLOWED}


def test_a_blank_purpose_is_no() -> None:
    blank = plan(Channel("text", ChannelKind.SMS))
    assert R.PURPOSE_NOT_ALLOWED in ask(blank).reasons


def test_a_request_for_one_channel_looks_at_no_other() -> None:
    her_plan = plan(text(key="one", closed=True), text(key="two"))
    assert reasons(ask(her_plan, reminder(channel_key="one"))) == {R.CHANNEL_CLOSED}
    assert ask(her_plan, reminder(channel_key="two")).yes
    assert reasons(ask(her_plan, reminder(channel_key="none"))) == {R.NO_CHANNEL}


def test_where_no_number_will_do_every_number_says_why() -> None:
    closed = text(key="one", closed=True)
    home = text(key="two", line=LineType.LANDLINE)
    decision = ask(plan(closed, home))
    assert reasons(decision) == {R.CHANNEL_CLOSED, R.LINE_TYPE}
    assert ask(plan(closed, home, text(key="three"))).reasons == (R.ALL_RIGHT,)


# --- The reasons that last, each alone ---------------------------------------

LASTING: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], set[Reason]]]
LASTING = [
    ("closed channel", {"closed": True}, {}, {}, {R.CHANNEL_CLOSED}),
    ("landline", {"line": LineType.LANDLINE}, {}, {}, {R.LINE_TYPE}),
    ("work", {"line": LineType.WORK}, {}, {}, {R.LINE_TYPE}),
    ("voip", {"line": LineType.VOIP}, {}, {}, {R.LINE_TYPE}),
    ("unknown line", {"line": LineType.UNKNOWN}, {}, {}, {R.LINE_TYPE}),
    ("shared mobile", {"line": LineType.SHARED_MOBILE}, {}, {}, {R.LINE_TYPE}),
    ("never", {"mode": Mode.NONE}, {}, {}, {R.MODE_NONE}),
    ("by prompt only", {"mode": Mode.ASSISTED}, {}, {}, {R.MODE_ASSISTED}),
    ("no consent", {"consent": False}, {}, {}, {R.NO_CONSENT}),
    ("no sender", {}, {}, {"texts_have_sender": False}, {R.NO_SENDER}),
    ("no phrase", {}, {"phrases": PHRASES[1:]}, {}, {R.NO_PHRASE}),
    ("blocked", {}, {}, {"blocked": frozenset({"text"})}, {R.NUMBER_BLOCKED}),
    ("lapsed", {}, {"valid_until": date(2026, 11, 30)}, {}, {R.PLAN_LAPSED}),
    ("suspended", {}, {}, {"suspended": True}, {R.PLAN_SUSPENDED}),
    ("paused", {}, {}, {"paused": True}, {R.PAUSED}),
    ("texts paused", {}, {}, {"texts_paused": True}, {R.PAUSED}),
    ("clock", {}, {}, {"clock_verified": False}, {R.CLOCK_UNVERIFIED}),
    (
        "monitored",
        {},
        {"devices": (Device("phone", monitored=Sure.YES),)},
        {},
        {R.MONITORED_DEVICE},
    ),
    (
        "perhaps monitored",
        {},
        {"devices": (Device("phone", monitored=Sure.NOT_SURE),)},
        {},
        {R.MONITORED_DEVICE},
    ),
]
NAMES = [each[0] for each in LASTING]


@pytest.mark.parametrize(
    ("_name", "channel", "of_plan", "standing", "expected"), LASTING, ids=NAMES
)
def test_what_time_does_not_heal_refuses_for_its_reason(
    _name: str,
    channel: dict[str, Any],
    of_plan: dict[str, Any],
    standing: dict[str, Any],
    expected: set[Reason],
) -> None:
    her_plan = plan(text(**channel), **of_plan)
    decision = ask(her_plan, standing=Standing(**standing))
    assert decision.verdict is Verdict.REFUSE
    assert reasons(decision) == expected
    assert decision.window is None
    assert decision.again_at is None


COMBINED = [
    each for each in LASTING if each[0] not in {"landline", "perhaps monitored"}
]


@pytest.mark.parametrize("one", COMBINED, ids=[each[0] for each in COMBINED])
@pytest.mark.parametrize("other", COMBINED, ids=[each[0] for each in COMBINED])
def test_of_two_reasons_both_are_listed(one: Any, other: Any) -> None:
    channel, of_plan, standing = ({**one[n], **other[n]} for n in (1, 2, 3))
    if any(set(one[n]) & set(other[n]) for n in (1, 2, 3)):
        return  # They set the same field, so only one of them holds.
    expected = one[4] | other[4]
    if channel.get("mode") in (Mode.NONE, Mode.ASSISTED):
        expected -= {R.NO_CONSENT}  # Consent is for texts that leave by themselves.
    decision = ask(plan(text(**channel), **of_plan), standing=Standing(**standing))
    assert reasons(decision) == expected


def test_everything_against_it_is_listed_at_once() -> None:
    worst = text(
        closed=True,
        line=LineType.LANDLINE,
        purposes=frozenset(),
        mode=Mode.AUTOMATIC,
        consent=False,
        hours=hours("Tue 12:00-13:00", deny=("2026-12-01",)),
    )
    her_plan = plan(
        worst,
        valid_until=date(2026, 11, 30),
        devices=(Device("phone", monitored=Sure.YES),),
        phrases=(),
    )
    standing = Standing(
        suspended=True,
        paused=True,
        texts_paused=True,
        clock_verified=False,
        texts_have_sender=False,
        blocked=frozenset({"text"}),
        to_client=left("2026-12-01 09:00", "2026-11-30 09:00"),
    )
    request = reminder(session_changed=True, not_after=OPEN - timedelta(seconds=1))
    assert reasons(ask(her_plan, request, standing)) == {
        R.CHANNEL_CLOSED,
        R.PURPOSE_NOT_ALLOWED,
        R.LINE_TYPE,
        R.MONITORED_DEVICE,
        R.NO_CONSENT,
        R.NO_SENDER,
        R.NO_PHRASE,
        R.NUMBER_BLOCKED,
        R.PLAN_LAPSED,
        R.PLAN_SUSPENDED,
        R.PAUSED,
        R.CLOCK_UNVERIFIED,
        R.SESSION_CHANGED,
        R.TOO_LATE,
        R.OUTSIDE_WINDOW,
        R.DENIED_TIME,
        R.DAILY_CAP,
        R.WEEKLY_CAP,
    }


# --- P3, P4, P5, P6, M10, M14 ------------------------------------------------


@pytest.mark.parametrize("line", LineType)
@pytest.mark.parametrize("shared_ok", [False, True])
@pytest.mark.parametrize("by_hand", [False, True])
def test_texts_go_to_her_own_mobile_or_to_a_shared_one_she_accepts(
    line: LineType, shared_ok: bool, by_hand: bool
) -> None:
    decision = ask(
        plan(text(line=line, shared_ok=shared_ok)), reminder(by_hand=by_hand)
    )
    assert decision.yes == (
        line is LineType.OWN_MOBILE or (line is LineType.SHARED_MOBILE and shared_ok)
    )
    assert decision.yes or reasons(decision) == {R.LINE_TYPE}


@pytest.mark.parametrize("line", LineType)
def test_any_line_may_be_rung(line: LineType) -> None:
    assert ask(plan(voice(line=line)), call()).yes


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("consent", [False, True])
@pytest.mark.parametrize("by_hand", [False, True])
def test_how_texts_leave_is_as_she_agreed(
    mode: Mode, consent: bool, by_hand: bool
) -> None:
    decision = ask(plan(text(mode=mode, consent=consent)), reminder(by_hand=by_hand))
    expected: set[Reason] = set()
    if mode is Mode.NONE:
        expected = {R.MODE_NONE}
    elif mode is Mode.ASSISTED and not by_hand:
        expected = {R.MODE_ASSISTED}
    elif mode is Mode.AUTOMATIC and not consent:
        expected = {R.NO_CONSENT}
    assert decision.yes == (not expected)
    assert reasons(decision) == (expected or {R.ALL_RIGHT})


@pytest.mark.parametrize(
    "kind", [ChannelKind.EMAIL, ChannelKind.THROUGH_SOMEONE, ChannelKind.IN_PERSON]
)
def test_what_only_people_use_is_refused_to_the_machine(kind: ChannelKind) -> None:
    her_plan = plan(voice(kind=kind))
    by_machine = Request(kind, Purpose.CALL_BACK)
    assert reasons(ask(her_plan, by_machine)) == {R.NO_SENDER}
    assert ask(her_plan, replace(by_machine, by_hand=True)).yes


def test_without_a_sender_a_person_may_still_text() -> None:
    without = Standing(texts_have_sender=False)
    assert ask(request=reminder(by_hand=True), standing=without).yes


def test_what_the_provider_refuses_stops_texts_and_no_calls() -> None:
    refused = Standing(texts_paused=True)
    assert ask(plan(voice()), call(), refused).yes
    assert reasons(ask(request=reminder(by_hand=True), standing=refused)) == {R.PAUSED}


def test_the_switch_stops_calls_by_hand_too() -> None:
    decision = ask(plan(voice()), call(), Standing(paused=True))
    assert reasons(decision) == {R.PAUSED}


def test_a_call_needs_no_phrase_consent_or_mode() -> None:
    assert ask(plan(voice(), phrases=()), call()).yes


@pytest.mark.parametrize("monitored", Sure)
@pytest.mark.parametrize("device", ["phone", "laptop", ""])
def test_a_monitored_device_closes_every_channel_on_it(
    monitored: Sure, device: str
) -> None:
    devices = (Device("phone", monitored=monitored), Device("laptop"))
    shut = device == "phone" and monitored is not Sure.NO
    for channel, request in (
        (text(device=device), reminder()),
        (voice(device=device), call()),
    ):
        decision = ask(plan(channel, devices=devices), request)
        assert decision.yes == (not shut)
        assert not shut or reasons(decision) == {R.MONITORED_DEVICE}


def test_a_channel_she_withdrew_is_no_channel_any_more() -> None:
    her_plan = plan(text(withdrawn=True))
    assert candidates(her_plan, reminder()) == ()
    assert reasons(ask(her_plan)) == {R.NO_CHANNEL, R.CHANNEL_CLOSED}


# --- W1: a phrase of that meaning --------------------------------------------


@pytest.mark.parametrize("meaning", Meaning)
def test_each_meaning_has_one_purpose(meaning: Meaning) -> None:
    assert meaning in MEANINGS[PURPOSE_OF[meaning]]


@pytest.mark.parametrize("meaning", Meaning)
def test_a_text_needs_a_phrase_for_its_meaning(meaning: Meaning) -> None:
    asked = Request(ChannelKind.SMS, PURPOSE_OF[meaning], meaning)
    with_it = plan(phrases=tuple(each for each in PHRASES if each.meaning is meaning))
    without = plan(
        phrases=tuple(each for each in PHRASES if each.meaning is not meaning)
    )
    assert ask(with_it, asked).yes
    assert reasons(ask(without, asked)) == {R.NO_PHRASE}


def test_a_question_without_a_meaning_is_content_with_one_phrase_of_the_purpose() -> (
    None
):
    asked = Request(ChannelKind.SMS, Purpose.CHANGE)
    assert ask(
        plan(phrases=(Phrase(Meaning.CHANGED, "I moved the ladder"),)), asked
    ).yes
    assert reasons(ask(plan(phrases=(PHRASES[0],)), asked)) == {R.NO_PHRASE}


def test_a_meaning_of_another_purpose_has_no_phrase_for_this_one() -> None:
    mixed = Request(ChannelKind.SMS, Purpose.REMINDER, Meaning.CANCELLED)
    assert reasons(ask(request=mixed)) == {R.NO_PHRASE}


def test_no_text_rings_her_for_a_session() -> None:
    asked = Request(ChannelKind.SMS, Purpose.SESSION)
    assert reasons(ask(request=asked)) == {R.NO_PHRASE}


# --- P7: through the end of the last day -------------------------------------


@pytest.mark.parametrize(
    ("now", "lapsed"),
    [
        ("2026-12-01 23:00", False),
        ("2026-12-01 23:43:59", False),
        ("2026-12-02 00:00", True),
        ("2026-12-02 10:00", True),
    ],
)
def test_a_plan_holds_through_the_end_of_its_last_local_day(
    now: str, lapsed: bool
) -> None:
    late = plan(text(hours=hours("Mon-Sun 00:00-24:00")), valid_until=date(2026, 12, 1))
    decision = ask(late, now=at(now))
    assert decision.yes != lapsed
    assert not lapsed or reasons(decision) == {R.PLAN_LAPSED}


def test_the_last_day_is_hers_and_not_that_of_utc() -> None:
    last = plan(zone="Pacific/Apia", valid_until=date(2026, 12, 1))
    assert not last.lapsed(utc("2026-12-01 10:59:59"))
    assert last.lapsed(utc("2026-12-01 11:00"))


def test_her_last_day_is_whole_but_for_the_minute_a_text_takes() -> None:
    late = plan(text(hours=hours("Mon-Sun 00:00-24:00")), valid_until=date(2026, 12, 1))
    last = ask(late, now=at("2026-12-01 23:59"))
    assert last.yes
    assert last.window is not None
    assert last.window.end - POLICY.margin == at("2026-12-02 00:00")
    too_late = ask(late, now=at("2026-12-01 23:59:01"))
    assert too_late.verdict is Verdict.REFUSE
    assert reasons(too_late) == {R.MARGIN}


def test_a_window_that_ends_with_the_plan_keeps_its_margin() -> None:
    evening = plan(text(hours=hours("Tue 22:00-24:00")), valid_until=date(2026, 12, 1))
    assert ask(evening, now=at("2026-12-01 23:44")).yes
    assert reasons(ask(evening, now=at("2026-12-01 23:45"))) == {R.MARGIN}


def test_no_hold_reaches_past_the_end_of_the_plan() -> None:
    tomorrow = at("2026-11-30 10:00")
    assert ask(now=tomorrow).verdict is Verdict.HOLD
    ended = plan(valid_until=date(2026, 11, 30))
    decision = ask(ended, now=tomorrow)
    assert decision.verdict is Verdict.REFUSE
    assert reasons(decision) == {R.OUTSIDE_WINDOW}


# --- T7: the margin ----------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ("2026-12-01 08:59:59.999999", R.OUTSIDE_WINDOW),
        ("2026-12-01 09:00", None),
        ("2026-12-01 11:14", None),
        ("2026-12-01 11:14:00.000001", R.MARGIN),
        ("2026-12-01 11:14:00.999999", R.MARGIN),
        ("2026-12-01 11:29:59", R.MARGIN),
        ("2026-12-01 11:30", R.OUTSIDE_WINDOW),
    ],
)
@pytest.mark.parametrize("by", ["text", "call"])
def test_margin_and_a_minute_are_kept_before_the_window_ends(
    now: str, reason: Reason | None, by: str
) -> None:
    her_plan = plan(text(), voice())
    decision = ask(her_plan, call() if by == "call" else reminder(), now=at(now))
    assert decision.yes == (reason is None)
    assert reasons(decision) == {reason or R.ALL_RIGHT}


@pytest.mark.parametrize("margin", [5, 15, 60, 120])
def test_the_margin_is_the_agencys(margin: int) -> None:
    policy = Policy(margin_minutes=margin)
    last = at("2026-12-01 11:29") - timedelta(minutes=margin)
    assert ask(policy=policy, now=last).yes
    assert not ask(policy=policy, now=last + timedelta(seconds=1)).yes


def test_the_margin_is_kept_before_a_denial_as_before_an_end() -> None:
    her_plan = plan(
        text(hours=hours("Tue 09:00-11:30", deny=("2026-12-01 10:30-11:00",)))
    )
    assert ask(her_plan, now=at("2026-12-01 10:14")).yes
    assert reasons(ask(her_plan, now=at("2026-12-01 10:14:01"))) == {R.MARGIN}
    denied = ask(her_plan, now=at("2026-12-01 10:30"))
    assert reasons(denied) == {R.OUTSIDE_WINDOW, R.DENIED_TIME}


def test_windows_that_touch_have_no_margin_between_them() -> None:
    her_plan = plan(text(hours=hours("Tue 09:00-10:00", "Tue 10:00-11:00")))
    assert ask(her_plan, now=at("2026-12-01 09:59")).yes


# --- P11 ---------------------------------------------------------------------


def test_a_time_closed_by_a_stay_says_so() -> None:
    her_plan = plan(away=(away("2026-12-01..2026-12-05", "America/Vancouver"),))
    assert reasons(ask(her_plan)) == {R.OUTSIDE_WINDOW, R.AWAY}


def test_a_window_stated_for_a_stay_opens() -> None:
    stay = away("2026-12-01..2026-12-05", "America/Vancouver", "Tue 07:00-09:00")
    assert ask(plan(away=(stay,)), now=at("2026-12-01 10:00")).yes
    assert ask(plan(voice(), away=(stay,)), call(), now=at("2026-12-01 10:00")).yes


# --- M3: SEND, HOLD, REFUSE --------------------------------------------------


def test_a_closed_hour_holds_until_the_next_that_is_open() -> None:
    decision = ask(now=at("2026-12-01 12:00"))
    assert decision == Decision(
        Verdict.HOLD,
        (R.OUTSIDE_WINDOW,),
        window=Interval(at("2026-12-08 09:00"), at("2026-12-08 11:30")),
        again_at=at("2026-12-08 09:00"),
    )


def test_a_question_looks_fourteen_days_ahead() -> None:
    once = plan(text(hours=hours(once=("2026-12-15 10:00-12:00",))))
    last = at("2026-12-15 10:00") - QUESTION_REACH
    assert ask(once, now=last).verdict is Verdict.HOLD
    decision = ask(once, now=last - timedelta(seconds=1))
    assert decision.verdict is Verdict.REFUSE
    assert reasons(decision) == {R.OUTSIDE_WINDOW}


@pytest.mark.parametrize("days", range(7))
def test_a_question_sees_all_of_the_fourteen_days_on_whichever_day_it_is_asked(
    days: int,
) -> None:
    """Hours are worked out in weeks: no day may fall between two of them."""
    opens = at("2026-12-15 10:00") + timedelta(days=days)
    once = plan(text(hours=hours(once=(f"{opens:%Y-%m-%d} 10:00-10:30",))))
    held = ask(once, now=opens - QUESTION_REACH)
    assert held.again_at == opens
    assert held.window == Interval(opens, opens + timedelta(minutes=30))


def test_a_hold_to_the_second_is_not_a_second_late() -> None:
    before = at("2026-12-08 09:00") - timedelta(milliseconds=500)
    assert ask(now=before).again_at == at("2026-12-08 09:00")


def test_an_intention_holds_only_while_it_may_still_leave() -> None:
    before = at("2026-12-01 08:00")
    nine = at("2026-12-01 09:00")
    assert ask(request=reminder(not_after=nine), now=before).again_at == nine
    sooner = reminder(not_after=nine - timedelta(seconds=1))
    assert ask(request=sooner, now=before).verdict is Verdict.REFUSE


def test_an_intention_leaves_at_its_last_instant_and_not_after() -> None:
    assert ask(request=reminder(not_after=OPEN)).yes
    late = ask(request=reminder(not_after=OPEN), now=OPEN + timedelta(microseconds=1))
    assert late.verdict is Verdict.REFUSE
    assert reasons(late) == {R.TOO_LATE}


def test_a_session_that_changed_is_not_announced() -> None:
    assert reasons(ask(request=reminder(session_changed=True))) == {R.SESSION_CHANGED}


def test_of_several_channels_the_one_that_allows_most_answers() -> None:
    closed = text(key="closed", closed=True)
    later = text(key="later", hours=hours("Wed 09:00-10:00"))
    sooner = text(key="sooner", hours=hours("Tue 13:00-14:00"))
    assert ask(plan(closed, later, text(key="open"))).yes
    held = ask(plan(closed, later, sooner))
    assert held.again_at == at("2026-12-01 13:00")
    assert reasons(ask(plan(closed))) == {R.CHANNEL_CLOSED}


# --- M4: caps ----------------------------------------------------------------

DAY_CAP = {R.DAILY_CAP}
BOTH = {R.DAILY_CAP, R.WEEKLY_CAP}


@pytest.mark.parametrize("counted", ["client", "number"])
@pytest.mark.parametrize(
    ("what_left", "expected"),
    [
        ((), set()),
        (("2026-12-01 00:00",), DAY_CAP),
        (("2026-12-01 09:59",), DAY_CAP),
        (("2026-11-30 23:59",), set()),
        (("2026-11-30 09:00", "2026-11-25 00:00"), {R.WEEKLY_CAP}),
        (("2026-11-30 09:00", "2026-11-24 23:59"), set()),
        (("2026-12-01 09:00", "2026-11-28 09:00"), BOTH),
    ],
)
def test_at_most_one_on_her_day_and_two_on_seven_of_her_days(
    counted: str, what_left: tuple[str, ...], expected: set[Reason]
) -> None:
    sent = left(*what_left)
    standing = (
        Standing(to_client=sent)
        if counted == "client"
        else Standing(to_number={"text": sent})
    )
    decision = ask(standing=standing)
    assert decision.yes == (not expected)
    assert reasons(decision) == (expected or {R.ALL_RIGHT})


def test_what_left_to_another_number_of_hers_counts_for_her_and_not_for_it() -> None:
    sent = left("2026-12-01 09:00")
    assert ask(standing=Standing(to_number={"other": sent})).yes
    assert not ask(standing=Standing(to_client=sent, to_number={"other": sent})).yes


def test_the_day_of_the_cap_is_her_day() -> None:
    # 23:30 on the 30th in Toronto is the 1st in UTC.
    assert ask(standing=Standing(to_client=left("2026-11-30 23:30"))).yes
    # Nine in the evening of the 1st is the 2nd in UTC.
    late = plan(text(hours=hours("Tue 20:00-22:00")))
    evening = at("2026-12-01 21:00")
    sent = Standing(to_client=left("2026-12-01 09:00"))
    assert reasons(ask(late, standing=sent, now=evening)) == {R.DAILY_CAP}


def test_on_a_stay_a_day_is_full_if_it_is_full_in_either_zone() -> None:
    stay = away("2026-11-30..2026-12-01", "America/Vancouver", "Tue 07:00-09:00")
    # Half past one at home on the 1st, still the 30th in Vancouver.
    sent = Standing(to_client=left("2026-12-01 01:30"))
    assert reasons(ask(plan(away=(stay,)), standing=sent)) == {R.DAILY_CAP}
    # Late on the 30th at home and there: another day in both.
    earlier = Standing(to_client=left("2026-11-30 23:30"))
    assert ask(plan(away=(stay,)), standing=earlier).yes
    east = away("2026-12-01..2026-12-01", "Pacific/Apia", "Tue 00:00-24:00")
    # The 30th at home, and the 1st in Apia, where it is the 1st now.
    now = at("2026-12-01 03:00")
    there = Standing(to_client=left("2026-11-30 23:30"))
    decision = ask(plan(away=(east,)), standing=there, now=now)
    assert reasons(decision) == {R.DAILY_CAP}


def test_on_the_days_of_a_stay_in_either_zone_both_zones_count() -> None:
    # The 1st has begun at home and not yet in Vancouver, where it is the day before.
    stay = away("2026-12-01..2026-12-03", "America/Vancouver")
    now = at("2026-12-01 01:00")
    sent = Standing(to_client=left("2026-11-30 14:00"))
    decision = ask(plan(away=(stay,)), standing=sent, now=now)
    assert reasons(decision) == {R.OUTSIDE_WINDOW, R.AWAY, R.DAILY_CAP}


@pytest.mark.parametrize(
    ("days", "full"),
    [("2026-11-30..2026-11-30", True), ("2026-12-08..2026-12-09", False)],
)
def test_the_day_elsewhere_counts_to_its_end_there_and_on_no_other_day(
    days: str, full: bool
) -> None:
    # Another day has begun at home, and in Vancouver it is the 30th still.
    now = at("2026-12-01 01:00")
    sent = Standing(to_client=left("2026-11-30 14:00"))
    stays = plan(away=(away(days, "America/Vancouver"),))
    assert (R.DAILY_CAP in reasons(ask(stays, standing=sent, now=now))) == full


def test_a_full_day_holds_until_her_next_day_with_a_window() -> None:
    daily = plan(text(hours=hours("Mon-Sun 00:00-24:00")))
    decision = ask(daily, standing=Standing(to_client=left("2026-12-01 09:00")))
    assert decision.verdict is Verdict.HOLD
    assert decision.again_at == at("2026-12-02 00:00")


def test_a_full_day_holds_until_the_first_of_two_midnights() -> None:
    cuba = "America/Havana"
    daily = plan(
        text(hours=hours("Sat 12:00-11:00")), zone=cuba, valid_until=date(2027, 12, 1)
    )
    now = utc("2027-11-06 20:00")
    sent = Standing(to_client=(Contacted(now - timedelta(hours=1)),))
    assert ask(daily, standing=sent, now=now).again_at == utc("2027-11-07 04:00")


def test_a_full_week_holds_until_the_first_of_them_is_seven_days_old() -> None:
    daily = plan(text(hours=hours("Mon-Sun 09:00-12:00")))
    sent = Standing(to_client=left("2026-11-28 09:00", "2026-11-30 09:00"))
    decision = ask(daily, standing=sent)
    assert reasons(decision) == {R.WEEKLY_CAP}
    assert decision.again_at == at("2026-12-05 09:00")


def test_a_full_day_refuses_where_the_intention_ends_that_day() -> None:
    sent = Standing(to_client=left("2026-12-01 09:00"))
    decision = ask(request=reminder(not_after=at("2026-12-01 11:14")), standing=sent)
    assert decision.verdict is Verdict.REFUSE
    assert reasons(decision) == DAY_CAP


def test_a_rejoin_phrase_is_free_of_the_daily_cap_and_not_of_the_weekly() -> None:
    rejoin = Request(
        ChannelKind.SMS, Purpose.CALL_BACK, Meaning.REJOIN, counts_daily=False
    )
    one = Standing(to_client=left("2026-12-01 09:00"))
    two = Standing(to_client=left("2026-12-01 09:00", "2026-11-30 09:00"))
    assert ask(request=rejoin, standing=one).yes
    assert reasons(ask(request=rejoin, standing=two)) == {R.WEEKLY_CAP}


def test_a_rejoin_phrase_that_left_counts_for_the_week_alone() -> None:
    rejoined = left("2026-12-01 09:00", daily=False)
    assert ask(standing=Standing(to_client=rejoined)).yes
    both = Standing(to_client=(*rejoined, *left("2026-11-30 09:00")))
    assert reasons(ask(standing=both)) == {R.WEEKLY_CAP}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(messages_per_day=0), DAY_CAP),
        (Policy(messages_per_week=0), {R.WEEKLY_CAP}),
        (Policy(messages_per_day=0, messages_per_week=0), BOTH),
    ],
)
def test_an_agency_that_allows_none_sends_none(
    policy: Policy, expected: set[Reason]
) -> None:
    decision = ask(policy=policy)
    assert decision.verdict is Verdict.REFUSE
    assert reasons(decision) == expected


def test_an_agency_may_allow_more() -> None:
    policy = Policy(messages_per_day=2, messages_per_week=3)
    one = Standing(to_client=left("2026-12-01 09:00"))
    two = Standing(to_client=left("2026-12-01 09:00", "2026-12-01 09:30"))
    assert ask(standing=one, policy=policy).yes
    assert reasons(ask(standing=two, policy=policy)) == DAY_CAP


def test_caps_count_calls_by_hand_as_they_count_texts() -> None:
    sent = Standing(to_client=left("2026-12-01 09:00"))
    assert reasons(ask(plan(voice()), call(), sent)) == DAY_CAP


def test_of_all_switches_only_all_in_place_is_a_yes() -> None:
    """Sixty-four ways to have six things right or wrong."""
    for bits in product((False, True), repeat=6):
        purpose, line, mode, phrase, verified, going = bits
        channel = text(
            purposes=frozenset({Purpose.REMINDER} if purpose else ()),
            line=LineType.OWN_MOBILE if line else LineType.LANDLINE,
            mode=Mode.AUTOMATIC if mode else Mode.NONE,
        )
        standing = Standing(clock_verified=verified, paused=not going)
        decision = ask(
            plan(channel, phrases=PHRASES if phrase else ()), standing=standing
        )
        expected = {
            reason
            for right, reason in zip(
                bits,
                (
                    R.PURPOSE_NOT_ALLOWED,
                    R.LINE_TYPE,
                    R.MODE_NONE,
                    R.NO_PHRASE,
                    R.CLOCK_UNVERIFIED,
                    R.PAUSED,
                ),
                strict=True,
            )
            if not right
        }
        assert decision.yes == all(bits)
        assert reasons(decision) == (expected or {R.ALL_RIGHT})


# --- Properties --------------------------------------------------------------

MINUTE = timedelta(minutes=1)


def contacted(chance: Random, scene: random_plans.Scene) -> tuple[Contacted, ...]:
    """What left in the eight days before."""
    return tuple(
        Contacted(
            scene.at - MINUTE * chance.randint(1, 8 * 1440), bool(chance.randint(0, 3))
        )
        for _ in range(chance.choice((0, 0, 1, 2)))
    )


def standing_at_random(chance: Random, scene: random_plans.Scene) -> Standing:
    """Nothing but caps against it."""
    return Standing(
        to_client=contacted(chance, scene),
        to_number={"text": contacted(chance, scene)},
    )


@settings(max_examples=trials(100, 3000))
@given(st.randoms(use_true_random=False))
def test_a_yes_lies_in_a_permitted_window_of_the_wall(chance: Random) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    standing = standing_at_random(chance, scene)
    calendar = Calendar.of_channel(her_plan, her_plan.channels[0])
    for _ in range(20):
        now = scene.at + timedelta(seconds=chance.randint(-7200, 7200))
        decision = decide(her_plan, reminder(), standing, POLICY, now)
        allowed = may_leave(her_plan, calendar, now, MINUTE * 16)
        hourly = {R.OUTSIDE_WINDOW, R.MARGIN, R.PLAN_LAPSED}
        assert allowed == hourly.isdisjoint(decision.reasons), now
        assert not decision.yes or allowed


@settings(max_examples=trials(25, 400))
@given(st.randoms(use_true_random=False))
def test_a_hold_names_the_first_minute_of_a_yes_and_none_before_it_is_one(
    chance: Random,
) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    standing = standing_at_random(chance, scene)
    now = scene.at - timedelta(hours=1)
    decision = decide(her_plan, reminder(), standing, POLICY, now)
    if decision.verdict is Verdict.SEND:
        return
    until = decision.again_at or now + QUESTION_REACH
    if R.PLAN_LAPSED not in decision.reasons and decision.again_at is None:
        assert decision.verdict is Verdict.REFUSE
    # Every minute of the first hours and of the last ones, and some between.
    span = int((until - now) / MINUTE)
    for number in range(span):
        near = number < 120 or span - number < 200 or number % 61 == 0
        if near:
            answer = decide(
                her_plan, reminder(), standing, POLICY, now + MINUTE * number
            )
            assert not answer.yes, now + MINUTE * number
    if decision.again_at is not None:
        assert decision.again_at > now
        first = decide(her_plan, reminder(), standing, POLICY, decision.again_at)
        assert first.yes
        assert first.window == decision.window
        just_before = decision.again_at - timedelta(seconds=1)
        assert not decide(her_plan, reminder(), standing, POLICY, just_before).yes


@settings(max_examples=trials(60, 1000))
@given(st.randoms(use_true_random=False))
def test_an_answer_about_an_intention_is_the_question_cut_at_its_end(
    chance: Random,
) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    standing = standing_at_random(chance, scene)
    now = scene.at - timedelta(hours=1)
    not_after = now + MINUTE * chance.randint(-60, 3000)
    question = decide(her_plan, reminder(), standing, POLICY, now)
    asked = reminder(not_after=not_after)
    intention = decide(her_plan, asked, standing, POLICY, now)
    if now > not_after:
        assert R.TOO_LATE in intention.reasons
        assert intention.verdict is Verdict.REFUSE
    elif question.again_at is not None and question.again_at > not_after:
        assert intention.verdict is Verdict.REFUSE
    else:
        assert intention.verdict is question.verdict
        assert intention.again_at == question.again_at


@given(
    st.randoms(use_true_random=False),
    st.sampled_from(ChannelKind),
    st.sampled_from(Purpose),
    st.booleans(),
)
def test_an_empty_plan_never_sends(
    chance: Random, kind: ChannelKind, purpose: Purpose, by_hand: bool
) -> None:
    scene = random_plans.scene(chance)
    nothing = replace(random_plans.plan(chance, scene), channels=())
    asked = Request(kind, purpose, by_hand=by_hand)
    decision = decide(nothing, asked, EVERYTHING, POLICY, scene.at)
    assert decision.verdict is Verdict.REFUSE


def _deny(
    chance: Random, her_plan: ContactPlan, scene: random_plans.Scene
) -> ContactPlan:
    channel = her_plan.channels[0]
    denied = replace(
        channel.hours, deny=(*channel.hours.deny, random_plans.denial(chance, scene))
    )
    return replace(her_plan, channels=(replace(channel, hours=denied),))


def _away(
    chance: Random, her_plan: ContactPlan, scene: random_plans.Scene
) -> ContactPlan:
    days = random_plans.span(chance, scene)
    zone = chance.choice(random_plans.ZONES)
    return replace(her_plan, away=(*her_plan.away, Away(days, zone)))


def _change(**changes: Any) -> Any:
    def changed(
        _chance: Random, her_plan: ContactPlan, _scene: random_plans.Scene
    ) -> ContactPlan:
        return replace(
            her_plan,
            channels=tuple(replace(each, **changes) for each in her_plan.channels),
        )

    return changed


def _plan_change(**changes: Any) -> Any:
    def changed(
        _chance: Random, her_plan: ContactPlan, _scene: random_plans.Scene
    ) -> ContactPlan:
        return replace(her_plan, **changes)

    return changed


def _sooner(
    chance: Random, her_plan: ContactPlan, scene: random_plans.Scene
) -> ContactPlan:
    return replace(
        her_plan,
        valid_until=her_plan.valid_until - timedelta(days=chance.randint(1, 3)),
    )


def _no_window(
    _chance: Random, her_plan: ContactPlan, _scene: random_plans.Scene
) -> ContactPlan:
    """What is denied stays denied: an away's windows would open on those days."""
    return replace(
        her_plan,
        channels=tuple(
            replace(each, hours=replace(each.hours, weekly=(), once=(), rotations=()))
            for each in her_plan.channels
        ),
    )


RESTRICTIONS = {
    "deny": _deny,
    "away": _away,
    "fewer purposes": _change(purposes=frozenset({Purpose.CHANGE})),
    "no window": _no_window,
    "withdrawn": _change(withdrawn=True),
    "monitored": _plan_change(devices=(Device("phone", monitored=Sure.NOT_SURE),)),
    "no phrase": _plan_change(phrases=()),
    "sooner lapsed": _sooner,
}


@pytest.mark.parametrize("name", RESTRICTIONS)
@settings(max_examples=trials(15, 250))
@given(chance=st.randoms(use_true_random=False))
def test_a_further_restriction_never_turns_a_no_into_a_yes(
    chance: Random, name: str
) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    stricter = RESTRICTIONS[name](chance, her_plan, scene)
    standing = standing_at_random(chance, scene)
    for number in range(-60, 60, 3):
        now = scene.at + MINUTE * number
        before = decide(her_plan, reminder(), standing, POLICY, now)
        after = decide(stricter, reminder(), standing, POLICY, now)
        assert before.yes or not after.yes, now
        if before.again_at and after.again_at:
            assert after.again_at >= before.again_at


@settings(max_examples=trials(40, 600))
@given(st.randoms(use_true_random=False))
def test_lower_caps_more_margin_and_more_sent_never_turn_a_no_into_a_yes(
    chance: Random,
) -> None:
    scene = random_plans.scene(chance)
    her_plan = random_plans.plan(chance, scene)
    standing = standing_at_random(chance, scene)
    policy = Policy(messages_per_day=2, messages_per_week=3)
    less = [
        (standing, replace(policy, messages_per_day=1)),
        (standing, replace(policy, messages_per_week=1)),
        (standing, replace(policy, margin_minutes=60)),
        (
            replace(
                standing, to_client=(*standing.to_client, Contacted(scene.at - MINUTE))
            ),
            policy,
        ),
        (replace(standing, suspended=True), policy),
        (replace(standing, blocked=frozenset({"text"})), policy),
    ]
    for number in range(-60, 60, 7):
        now = scene.at + MINUTE * number
        before = decide(her_plan, reminder(), standing, policy, now)
        for fewer, lower in less:
            after = decide(her_plan, reminder(), fewer, lower, now)
            assert before.yes or not after.yes
