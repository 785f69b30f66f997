"""Bugs in the words that leave and come in: rules W1 to W3, W6, I2, P9."""

from tests.plant.plant import Plant, of

PLANTS: tuple[Plant, ...] = (
    of(
        "the phrase used last is used again",
        "phrases",
        "open_ = others or list(phrases)",
        "open_ = list(phrases)",
        "phrases::the_sentence_used_last_is_not_used_next",
    ),
    of(
        "only the very words of a shipped phrase are close to it",
        "phrases",
        "any(_close(letters, words, fold(one), _words(one)) for",
        "any(letters == fold(one) for",
        "phrases::a_shipped_phrase_with_a_word_changed_is_still_close",
    ),
    of(
        "a sign of the extension counts once",
        "segments",
        "units = sum(2 if each in _EXTENSION else 1 for each in composed)",
        "units = len(composed)",
        "segments::the_extension_takes_two_septets",
    ),
    of(
        "a question may be asked",
        "lint",
        "yield Finding(LintRule.QUESTION, match.group(), match.start())",
        "yield from ()",
        "lint_rendered::what_passes_holds_nothing_forbidden",
    ),
    of(
        "a word in disguise passes",
        "lint",
        "for found in {laid.tokens, together.tokens}:",
        "for found in ():",
        "lint::a_word_of_the_trade_is_found_in_disguise",
    ),
    of(
        "only a stop word stops",
        "replies",
        "_Sense.STOP in one.senses() or one.refuses_contact() for",
        "_Sense.STOP in one.senses() for",
        "replies::whoever_asks_to_stop_in_any_way_is_understood",
    ),
    of(
        "a code word may be one of the agency's names",
        "code_words",
        "elif any(each and each in folded for each in agency):",
        "elif folded in agency:",
        "code_words::none_contains_the_name_of_the_agency",
    ),
    of(
        "not safe is taken for it is she",
        "code_words",
        "WordFor.NOT_SAFE: Heard.NOT_SAFE,",
        "WordFor.NOT_SAFE: Heard.MATCH,",
        "code_words::the_other_words_are_heard_for_what_they_say",
    ),
)
