"""How the word lists are written, and where their patterns match."""

import pytest

from scheduler.domain.disguises import across_gaps, doubled, drawn_together, letter_runs
from scheduler.domain.folding import compose, tokens
from scheduler.domain.patterns import BadPattern, Written, compiled, line, spans

CLASSES = {
    "en": {"number": ["one", "ten"], "month": ["may"]},
    "fr": {"number": ["dix"]},
}


def matches(pattern: str, text: str, language: str = "en") -> list[str]:
    composed = compose(text)
    patterns = compiled([Written(pattern, tag=0, language=language)], CLASSES)
    laid = line(tokens(composed), frozenset({"hi"}))
    return [
        composed[laid.tokens[begin].start : laid.tokens[end - 1].end]
        for begin, end, _ in spans(laid, patterns)
    ]


def test_a_pattern_matches_whole_words_without_case_and_accents() -> None:
    assert matches("seance", "La Séance, une SEANCE") == ["Séance", "SEANCE"]
    assert matches("séance", "seance") == ["seance"]
    assert matches("court", "the courtyard is a court-yard") == ["court"]


def test_words_follow_each_other_whatever_stands_between_but_a_comma() -> None:
    assert matches("rendez vous", "le rendez-vous") == ["rendez-vous"]
    assert matches("in the morning", "in the   MORNING") == ["in the   MORNING"]
    assert matches("in the morning", "come in, the morning is here") == []
    assert matches("in the morning", "Come in. The morning is here") == []


def test_an_accent_counts_where_the_pattern_says_so() -> None:
    assert matches("lieu =sûr", "un lieu sûr") == ["lieu sûr"]
    assert matches("lieu =sûr", "un lieu sur") == []
    assert matches("=sûr", "SÛR") == ["SÛR"]


def test_alternatives_and_stems() -> None:
    pattern = "court{,s,room}"
    assert matches(pattern, "court courts courtroom courtly") == [
        *("court", "courts", "courtroom")
    ]
    assert matches("counsel*", "counsel counselling council") == [
        *("counsel", "counselling")
    ]
    assert matches("{a,in the} cup", "a cup in the cup") == ["a cup", "in the cup"]


def test_classes_belong_to_their_language_and_figures_are_numbers() -> None:
    assert matches("at <number>", "at ten at 7 at dix at 100") == ["at ten", "at 7"]
    assert matches("at <number>", "at dix at ten", "fr") == ["at dix"]
    assert matches("in <month>", "in May") == ["in May"]


def test_anchors_bind_a_pattern_to_where_sentences_begin_and_end() -> None:
    assert matches("^ is it", "Is it on. Hi, is it on, as it is it") == [
        *("Is it", "is it")
    ]
    assert matches("by <number> $", "by ten, by one. by ten spoons") == [
        *("by ten", "by one")
    ]


def test_several_words_are_found_run_together_when_long_enough() -> None:
    assert matches("safe house", "the safehouse") == ["safehouse"]
    assert matches("at one", "atone") == []


@pytest.mark.parametrize("pattern", ["", "^", "a ^ b", "$ a", "a & b", "{a", "<>"])
def test_a_pattern_that_cannot_be_read_is_named(pattern: str) -> None:
    with pytest.raises(BadPattern) as raised:
        compiled([Written(pattern, tag=0)])
    assert f"“{pattern}”" in str(raised.value)


def joined(text: str) -> list[str]:
    return [each.plain for each in drawn_together(tokens(compose(text)))]


def test_spelled_and_hyphenated_words_are_put_together() -> None:
    assert joined("c-o-u-r-t") == ["court"]
    assert joined("c.o.u.r.t now") == ["court", "now"]
    assert joined("c o u r t") == ["court"]
    assert joined("the co-urt") == ["the", "court"]
    assert joined("courrrrt") == ["court"]
    assert joined("poliiiice-") == ["police"]


def test_an_elision_and_a_pair_of_letters_stay_apart() -> None:
    assert joined("l’heure à l'abri") == ["l", "heure", "a", "l", "abri"]
    assert joined("y a un chat") == ["y", "a", "un", "chat"]


def found_across(text: str) -> list[tuple[int, int]]:
    written = [
        Written(each, tag=0) for each in ("counsel*", "abus*", "therapist", "court")
    ]
    patterns = compiled(written)
    return [(begin, end) for begin, end, _ in across_gaps(tokens(text), patterns)]


def test_long_words_are_found_across_one_gap_and_short_ones_are_not() -> None:
    assert found_across("coun selling") == [(0, 2)]
    assert found_across("see the rapist") == [(1, 3)]
    assert found_across("co urt") == []
    assert found_across("a busy hive") == []
    assert found_across("council ling") == []


def test_a_long_word_is_found_with_a_letter_doubled_or_not() -> None:
    patterns = compiled([Written("shelter", tag=0), Written("appointment", tag=0)])
    text = "a shelterr, an apointment, the shelter, a shetter"
    found = [(begin, end) for begin, end, _ in doubled(tokens(text), patterns)]
    assert found == [(1, 2), (3, 4)]


def test_a_spelled_word_is_found_among_other_letters() -> None:
    patterns = compiled([Written("court", tag=0), Written("at", tag=0)])
    found = [
        (begin, end) for begin, end, _ in letter_runs(tokens("a c o u r t b"), patterns)
    ]
    assert found == [(1, 6)]
    assert list(letter_runs(tokens("a t"), patterns)) == []
