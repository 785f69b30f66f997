"""The phrasebook: which sentence is used, and which are too close to shipped ones."""

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.folding import fold, latin, tokens
from scheduler.domain.phrases import Meaning, Phrase, by_meaning, close_to, pick
from tests.domain.worded import words

PHRASES = st.lists(st.text(min_size=1, max_size=8), max_size=4)


def test_a_phrase_is_kept_as_it_is_sent_composed_and_trimmed() -> None:
    phrase = Phrase(Meaning.REMINDER, "  La sopa esta\u0301 lista \n")
    assert phrase.text == "La sopa está lista"
    assert "sopa" not in repr(phrase)


def test_sentences_stand_under_their_meaning_in_the_order_of_the_plan() -> None:
    book = by_meaning(
        [
            Phrase(Meaning.REMINDER, "The kettle is on"),
            Phrase(Meaning.CHANGED, "I moved the ladder"),
            Phrase(Meaning.REMINDER, "Soup is ready"),
        ]
    )
    assert book[Meaning.REMINDER] == ("The kettle is on", "Soup is ready")
    assert book[Meaning.CHANGED] == ("I moved the ladder",)
    assert Meaning.REJOIN not in book


def test_the_sentence_used_last_is_not_used_next() -> None:
    both = ["The kettle is on", "Soup is ready"]
    for choice in range(10):
        assert pick(both, "The kettle is on", choice) == "Soup is ready"
        assert pick(both, "THE KETTLE IS ON ", choice) == "Soup is ready"
    assert {pick(both, None, choice) for choice in range(4)} == set(both)


def test_a_lone_sentence_is_used_again_and_none_is_none() -> None:
    assert pick(["The kettle is on"], "The kettle is on", 7) == "The kettle is on"
    assert pick([], "The kettle is on", 7) is None
    assert pick([], None, 0) is None


def test_two_that_read_the_same_count_as_one() -> None:
    assert pick(["Soup is ready", "soup is ready!"], "Soup is ready", 0) is not None
    three = ["Soup is ready", "soup is ready!", "The kettle is on"]
    assert pick(three, "SOUP IS READY", 1) == "The kettle is on"


@given(PHRASES, st.none() | st.text(max_size=8), st.integers(0, 10**9))
def test_a_pick_is_hers_and_never_last_while_another_reads_differently(
    phrases: list[str], last: str | None, choice: int
) -> None:
    chosen = pick(phrases, last, choice)
    assert (chosen is None) == (not phrases)
    if chosen is None:
        return
    assert chosen in phrases
    if last is not None and any(fold(each) != fold(last) for each in phrases):
        assert fold(chosen) != fold(last)


def test_folding_takes_case_accents_spacing_and_punctuation() -> None:
    assert fold("Blue  Kettle") == fold("blue-kettle") == fold("BLUEKETTLE!")
    assert fold("Sûr, l’Œuf") == "surloeuf"
    assert fold("Straße") == fold("STRASSE")
    assert fold("\uff33\uff4f\uff55\uff50") == "soup"
    assert fold("🌻 yes") != fold("yes")
    assert fold("...") == "..."


def test_letters_of_other_scripts_keep_what_tells_words_apart() -> None:
    assert fold("की") != fold("का")
    assert not latin("\u0441")  # Cyrillic
    assert latin("ø")
    assert latin("œ")
    assert not latin("\u0251")  # of the phonetic alphabet


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    found = tokens(text)
    ends = [0]
    for each in found:
        assert ends[-1] <= each.start < each.end <= len(text)
        assert text[ends[-1] : each.start] == each.gap
        ends.append(each.end)


def test_a_shipped_phrase_is_close_to_itself_however_it_is_typed() -> None:
    starters = words().all_starters()
    for each in starters:
        assert close_to(each, starters)
        assert close_to(f"  {each.upper()}! ", starters)


def test_a_shipped_phrase_with_a_word_changed_is_still_close() -> None:
    shipped = ["The plants could do with some water", "The kettle is on"]
    for near in (
        "The plants could do with some more water",
        "Some water the plants could do with",
        "The plant could do with some water",
        "The kettle's on",
        "the ketle is on",
    ):
        assert close_to(near, shipped), near


def test_her_own_sentence_is_not_close_to_a_shipped_one() -> None:
    shipped = ["The plants could do with some water", "The kettle is on"]
    for own in (
        "The kettle drum is in the attic",
        "My begonia looks dry",
        "The plants have lice again",
        "Some tea would be good",
        "🌻",
    ):
        assert not close_to(own, shipped), own


@given(st.text(max_size=30), st.text(max_size=30))
def test_being_close_goes_both_ways(one: str, two: str) -> None:
    assert close_to(one, [two]) == close_to(two, [one])
