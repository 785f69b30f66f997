"""Every "no" says why and what would be a "yes", to the person who asked."""

import re

import pytest

from scheduler.domain.decision import Audience, Reason, allow, refuse
from scheduler.domain.explain import explain, explain_all

NO = [each for each in Reason if each is not Reason.ALL_RIGHT]
NOT_SAID = re.compile(
    r"!|\?|\{|\}|invalid|error|undetectable|compliant|\bsafe\b|please|unfortunately",
    re.IGNORECASE,
)


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_said_in_whole_calm_sentences(reason: Reason) -> None:
    said = explain(reason)
    for part in (said.fact, said.sentence, said.remedy):
        assert not NOT_SAID.search(part), part
        assert part == "" or (part[0].isupper() and part.endswith("."))
        assert len(part) <= 120


@pytest.mark.parametrize("reason", NO)
def test_each_no_says_what_would_make_it_a_yes(reason: Reason) -> None:
    assert explain(reason).remedy


def test_no_two_reasons_are_said_in_the_same_words() -> None:
    facts = [explain(each).fact for each in Reason]
    assert len(facts) == len(set(facts))


@pytest.mark.parametrize("reason", Reason)
def test_what_is_known_is_put_in(reason: Reason) -> None:
    said = explain(
        reason,
        who="K-1042",
        counsellor="Ines",
        reached="texted",
        purpose="a reminder",
        open="Tue 09:00–11:15",
        now="Monday",
        next="Tue 8 Dec 09:00",
        when="Wed 9 Dec 11:00",
        format="by video",
        formats="phone",
        until="Fri 11 Dec",
        margin=15,
        gap=30,
        lead=30,
        hold=5,
        most=2,
    )
    assert not NOT_SAID.search(said.text)
    assert "The counsellor" not in said.text
    assert not re.search(r"\b(Some|some|few)\b", said.text)


def test_her_hours_are_said_before_what_they_are_not() -> None:
    said = explain(
        Reason.OUTSIDE_WINDOW,
        who="K-1042",
        reached="texted",
        open="Tue 09:00–11:15",
        now="Monday",
        next="Tue 8 Dec 09:00",
    )
    assert said.text == (
        "K-1042 may be texted Tue 09:00–11:15. It is Monday. "
        "Wait until Tue 8 Dec 09:00."
    )


def test_a_file_kept_apart_reads_exactly_like_a_counsellor_who_is_not_available() -> (
    None
):
    plain = refuse([Reason.COUNSELLOR_UNAVAILABLE])
    for hidden in (Reason.KEPT_APART, Reason.NOT_YOUR_FILE):
        shown = refuse([hidden]).shown_to(Audience.ANYBODY)
        said = explain_all(shown, counsellor="Ines", when="Wed 11:00")
        assert said == explain_all(plain, counsellor="Ines", when="Wed 11:00")
        told = refuse([hidden]).shown_to(Audience.SUPERVISOR)
        assert explain_all(told) != explain_all(plain)


def test_a_yes_has_words_too() -> None:
    assert explain_all(allow())[0].text == "This may be done. Every condition is met."
