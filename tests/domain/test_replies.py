"""What a text that came in means (I2–I5, P8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.replies import ReplyKind, ReplyLists, read_reply
from tests.domain.worded import LANGUAGES, sentences, words

KEYWORDS = [
    *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
    *("ARRET", "ARRÊT", "ALTO", "BASTA"),
]


def kind(body: str) -> ReplyKind:
    return read_reply(body, words().replies)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_asks_to_stop_in_any_way_is_understood(language: str) -> None:
    asked = sentences(language, "stops")
    assert len(set(asked)) >= 60
    assert [each for each in asked if kind(each) is not ReplyKind.STOP] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_replies_keep_their_kind_and_stop_nothing(language: str) -> None:
    replies = [each.split(": ", 1) for each in sentences(language, "replies")]
    assert len(replies) >= 40
    found = [f"{kind(body).value}: {body}" for _, body in replies]
    assert found == [f"{expected}: {body}" for expected, body in replies]


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("lists", [ReplyLists.of([]), words().replies])
def test_the_words_of_the_rule_count_whatever_is_installed(
    keyword: str, lists: ReplyLists
) -> None:
    for body in (keyword, keyword.lower(), f" “{keyword.title()}” !", f"ok {keyword}"):
        assert read_reply(body, lists) is ReplyKind.STOP


@pytest.mark.parametrize(
    "body",
    [
        "Stop\nthanks",
        "Thanks.\nNow stop",
        "No\nmore\ntexts",
        "I was at the bus stop",
        "don't stop",
        "unsub scribe me",
        "a l t o i",
        "s\u200bt\u200bo\u200bp",
        "\u202estop",
    ],
)
def test_in_doubt_it_is_a_stop(body: str) -> None:
    assert kind(body) is ReplyKind.STOP


def test_a_negation_and_contact_in_two_sentences_do_not_meet() -> None:
    assert kind("No. Text me later") is ReplyKind.OTHER
    assert kind("No more of that. I will write") is ReplyKind.STOP
    assert kind("No, text me later") is ReplyKind.STOP


def test_thanks_with_anything_else_is_not_plain_thanks() -> None:
    for body in ("thanks who is this", "thanks 🚗", "thanks 2", "thx?", "not thanks"):
        assert kind(body) is ReplyKind.OTHER
    for body in ("THANKS", "thanks a lot", "Merci bien!", "🙏🏽", "thx ❤️🌻"):
        assert kind(body) is ReplyKind.THANKS


def test_one_slip_of_the_finger_still_stops_but_only_alone() -> None:
    for body in ("stp", "sto", "sotp", "stpo", "sttop", "stip", "stopo"):
        assert kind(body) is ReplyKind.STOP
    for body in ("top", "s", "spoon", "the shop was nice"):
        assert kind(body) is ReplyKind.OTHER


def test_help_in_a_sentence_is_not_the_keyword() -> None:
    assert kind("help") is ReplyKind.HELP
    assert kind("you helped me with the cake") is ReplyKind.OTHER
    assert kind("the help left early") is ReplyKind.OTHER


def test_an_empty_body_and_a_lone_question_mark_are_other() -> None:
    for body in ("", " ", "?", "...", "\x00", "👍", "❤️"):
        assert kind(body) is ReplyKind.OTHER


@given(st.text())
def test_any_body_has_a_kind_and_the_same_twice(body: str) -> None:
    assert kind(body) is kind(body)


@given(st.text(max_size=40), st.text(max_size=40))
def test_stop_among_anything_stops(before: str, after: str) -> None:
    assert kind(f"{before} STOP {after}") is ReplyKind.STOP


def test_a_reply_s_lists_show_no_words() -> None:
    assert "stop" not in repr(words().replies)
