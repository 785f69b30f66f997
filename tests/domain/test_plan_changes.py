"""What differs between two plans, readable (P10)."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from scheduler.domain.fallback import Actor, FallbackPlan, Step, StepKind
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import ContactPlan, Device, Sure
from scheduler.domain.plan_changes import changes
from tests.domain.builders import hours, plan, text, voice
from tests.plans_at_random import plans
from tests.profiles import trials


@settings(max_examples=trials(25, 1_000))
@given(plans, plans)
def test_two_plans_differ_in_some_field_unless_they_are_the_same(
    one: ContactPlan, other: ContactPlan
) -> None:
    same = replace(one, version=1) == replace(other, version=1)
    assert bool(changes(one, other)) is not same
    assert changes(one, replace(one, version=one.version + 1)) == ()


@settings(max_examples=trials(25, 1_000))
@given(plans, plans)
def test_seen_from_the_other_side_was_and_is_change_places(
    one: ContactPlan, other: ContactPlan
) -> None:
    there = {each.name for each in changes(one, other)}
    back = {each.name for each in changes(other, one)}
    assert there == back


def test_hours_are_shown_as_they_are_typed() -> None:
    after = plan(text(hours=hours("Thu 09:00-10:00", deny=("2026-12-24",))))
    found = {each.name: each for each in changes(plan(), after)}
    assert set(found) == {"channels.text.hours", "channels.text.hours.deny"}
    assert found["channels.text.hours"].label == "Text: hours"
    assert found["channels.text.hours"].was == "Tue 09:00-11:30"
    assert found["channels.text.hours"].now == "Thu 09:00-10:00"
    assert found["channels.text.hours.deny"].was == "nothing"


def test_a_number_is_never_shown_in_full_and_another_is_still_seen() -> None:
    (change,) = changes(plan(), plan(text(address="+14165550199")))
    assert change.name == "channels.text.address"
    assert change.was == "+141655501••"
    assert change.now == "another: +141655501••"
    assert "+1416" not in repr(change)


def test_a_change_says_nothing_in_its_repr() -> None:
    after = replace(plan(), phrases=(Phrase(Meaning.REMINDER, "Zebra canary"),))
    assert all("Zebra" not in repr(each) for each in changes(plan(), after))


def test_a_new_channel_lists_only_what_it_says() -> None:
    names = {each.name for each in changes(plan(), plan(text(), voice()))}
    assert names == {
        "channels",
        "channels.voice.kind",
        "channels.voice.address",
        "channels.voice.line",
        "channels.voice.purposes",
        "channels.voice.mode",
        "channels.voice.voicemail",
        "channels.voice.hours",
    }


def test_devices_steps_and_the_day_are_said_in_words() -> None:
    after = replace(
        plan(),
        valid_until=date(2026, 12, 18),
        devices=(Device("phone", "her phone", "hers", monitored=Sure.NOT_SURE),),
        cutoff=FallbackPlan(True, (Step(Actor.COUNSELLOR, StepKind.CALL, 10),)),
    )
    found = {each.name: each.now for each in changes(plan(), after)}
    assert found["valid_until"] == "Fri 2026-12-18"
    assert found["cutoff.steps"] == "the counsellor rings her, after 10 min"
    assert "monitoring suspected: not sure" in found["devices.phone"]
