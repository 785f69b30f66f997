"""What a text may not say, rule by rule (W2, W3)."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.lint import lint
from scheduler.domain.lint_rules import Finding, LintRule
from scheduler.domain.names import ForbiddenNames
from tests.domain.worded import LANGUAGES, sentences, words
from tests.profiles import trials

R = LintRule
NAMES = ForbiddenNames(
    agency=("Harbour House", "HHA"),
    programmes=("Open Door",),
    places=("Portage Junction",),
    staff=("Rosalind O'Keefe-Tran", "An Le"),
    client=("Delphine Marchand",),
    code_words=("blue kettle", "Pâquerette", "🐢"),
    file_codes=("Q-77",),
)


def rules(text: str, names: ForbiddenNames = NAMES) -> set[LintRule]:
    return {each.rule for each in lint(text, words().lists, names)}


def fragments(text: str) -> list[str]:
    return [each.fragment for each in lint(text, words().lists, NAMES)]


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        (R.TRADE_WORD, ["Our session", "la séance", "tu cita", "the shelter", "🚓"]),
        (R.WEEKDAY, ["Tuesday", "mardi", "el martes", "on wed"]),
        (R.DATE, ["tomorrow", "demain", "hoy", "May 3rd", "12/10", "the 5th", "📅"]),
        (R.CLOCK_TIME, ["half past ten", "à 10 h", "a las diez", "10:30", "3pm", "⏰"]),
        (R.PLACE, ["my office", "au bureau", "la oficina", "room 4", "in Winnipeg"]),
        (R.LINK, ["plants.com", "https://x", "www.x", "bit.ly/a", "plants dot com"]),
        (R.EMAIL, ["ana@example.org", "@ana", "my e-mail", "un courriel"]),
        (R.PHONE_NUMBER, ["204 555 0142", "+1 (204) 555-0142", "my number"]),
        (R.FILE_CODE, ["K-1042", "K1042", "ref 4471", "🔑"]),
        (R.NUMBER, ["250 g of flour", "it is 7", "gr8 cake", "٣ cups"]),
        (R.QUESTION, ["Ready?", "is it raining", "est-ce que", "¿Ya", "Cake\uff1f"]),
        (R.CALL_TO_ANSWER, ["call me", "rappelle-moi", "llámame", "please reply"]),
        (R.URGENCY, ["urgent", "tout de suite", "cuanto antes", "soup!!"]),
        (R.BUSINESS, ["the bank", "la pharmacie", "la escuela", "Netflix"]),
        (R.POSING, ["your order", "ton colis", "su pedido", "dear customer"]),
        (R.AGENCY_NAME, ["HarbourHouse", "at harbour-house", "hha", "open door"]),
        (R.PERSON_NAME, ["Rosalind", "keefe", "DELPHINE", "Marchands", "an le"]),
        (R.CODE_WORD, ["the blue kettle", "BLUEKETTLE", "paquerettes", "soup 🐢"]),
        (R.CONTROL_CHARACTER, ["soup\n", "so\u200bup", "\u202esoup", "soup\x00"]),
        (R.MIXED_SCRIPT, ["s\u043eup", "суп", "🅢oup", "🇨🇦"]),
        (R.TOO_LONG, ["a " * 69, "ê " * 36]),
        (R.EMPTY, ["", " ", "...", "\u200b"]),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: LintRule, texts: list[str]) -> None:
    for text in texts:
        assert rule in rules(text), text


def test_every_rule_is_tried_and_has_its_sentence() -> None:
    for rule in LintRule:
        said = Finding(rule, "x").sentence()
        assert said.endswith(".")
        assert "!" not in said
        assert "{" not in said


def test_a_finding_is_said_in_a_sentence_and_what_would_be_right() -> None:
    (found,) = lint("The plants want water on Tuesday", words().lists)
    assert found.sentence() == (
        "“Tuesday” is a weekday. A text names no day, hour or place (W2)."
        " Leave the day out."
    )
    assert found.at == 25


def test_a_code_word_is_never_shown_by_the_lint() -> None:
    found = lint("The blue kettle sings", words().lists, NAMES)
    assert [each.rule for each in found] == [R.CODE_WORD]
    assert "kettle" not in found[0].sentence()
    assert "kettle" not in repr(found) + repr(NAMES)


def test_names_show_in_no_repr() -> None:
    assert "Delphine" not in repr(NAMES)
    assert "Tuesday" not in repr(lint("Tuesday", words().lists))


def test_parts_of_names_that_are_ordinary_words_pass_alone() -> None:
    assert rules("I ate an apple, le chat aussi") == set()
    assert R.PERSON_NAME in rules("An Le baked")


def test_a_name_spelled_out_or_cut_in_two_is_found() -> None:
    for text in ("D e l p h i n e", "del-phine", "Delp hine", "Marchaaaand"):
        assert R.PERSON_NAME in rules(text), text


@pytest.mark.parametrize(
    "text",
    [
        *("court", "c-o-u-r-t", "c o u r t", "c.o.u.r.t", "co-urt", "COURT", "coürt"),
        *(
            "courrrt",
            "see a c o u r t b",
            "\uff43\uff4f\uff55\uff52\uff54",
            "c/o/u/r/t",
        ),
        "c\u0336o\u0336u\u0336r\u0336t\u0336",
    ],
)
def test_a_word_of_the_trade_is_found_in_disguise(text: str) -> None:
    assert R.TRADE_WORD in rules(text)


def test_long_words_are_found_across_a_gap() -> None:
    assert fragments("The coun selling is on") == ["coun selling"]
    assert fragments("ren dez-vous") == ["ren dez-vous"]
    assert rules("the sess ions of jam") == {R.TRADE_WORD}


def test_no_word_is_found_inside_another() -> None:
    for text in (
        "The courtyard is wet",
        "My possessions",
        "A cobbler",
        "His obsession",
    ):
        assert rules(text) == set(), text


def test_an_accent_that_makes_another_word_counts() -> None:
    assert rules("Le chat est sur le lit") == set()
    assert R.TRADE_WORD in rules("Un endroit sûr pour toi")
    assert rules("Il est sûr de lui") == set()
    assert rules("Du fromage râpé") == set()
    assert R.TRADE_WORD in rules("Rape is a word")
    assert R.QUESTION in rules("Dónde estás")
    assert rules("Donde hay migas hay hormigas") == set()


def test_court_is_short_in_a_french_sentence_and_nowhere_else() -> None:
    assert rules("Mon pantalon est trop court") == set()
    assert R.TRADE_WORD in rules("The court is cold")
    assert R.TRADE_WORD in rules("Court")
    assert R.TRADE_WORD in rules("Mi court es fría")
    assert rules("Un court-circuit") == set()


def test_a_word_is_ordinary_in_the_company_that_makes_it_so() -> None:
    assert rules("Un avocat bien mûr") == set()
    assert R.TRADE_WORD in rules("Un avocat bien gentil")


def test_figures_pass_only_where_they_count_something() -> None:
    for text in ("Add 2 cups of flour", "We used 12 jars", "Mix 2kg of flour", "½ cup"):
        assert rules(text) == set(), text
    for text in ("Add 2", "2, then stir", "Room 4", "Add 2 (cups)", "100 cups"):
        assert rules(text) != set(), text


def test_a_finding_is_given_once_with_the_longest_fragment() -> None:
    assert fragments("half past ten") == ["half past ten"]
    assert fragments("On the weekend, on Tuesday") == ["On the weekend", "Tuesday"]


def test_a_character_nobody_sees_is_named() -> None:
    (found,) = lint("so\u200b\u200bup", words().lists)
    assert found.sentence().startswith(
        "There is a character in this text that cannot be seen (zero width space)."
    )


def test_far_too_long_a_text_is_refused_for_that_alone() -> None:
    assert rules("a b " * 240 + "court") == {R.TOO_LONG, R.TRADE_WORD}
    assert rules("a.@" * 100_000) == {R.TOO_LONG}
    assert R.TRADE_WORD in {
        each.rule for each in lint("a b " * 300 + "court", words().lists, gsm7=9999)
    }


def test_findings_come_in_the_order_of_the_text() -> None:
    found = lint("Tuesday court, call me at ten", words().lists)
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert len(found) == 4


def test_the_limits_can_be_passed_in() -> None:
    assert {each.rule for each in lint("Soup is on", words().lists, gsm7=5)} == {
        R.TOO_LONG
    }


def test_french_spacing_and_a_styled_emoji_are_no_hidden_characters() -> None:
    assert rules("Bravo\u00a0! La soupe\u202f: un délice") == set()
    assert rules("Love you ❤\ufe0f") == set()
    assert R.CONTROL_CHARACTER in rules("Love\ufe0f you")
    assert R.CONTROL_CHARACTER in rules("Love\u2003you")
    assert R.CONTROL_CHARACTER in rules("Love\u2800you")


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_sentences_pass(language: str) -> None:
    ordinary = sentences(language, "ordinary")
    assert len(set(ordinary)) == len(ordinary) >= 300
    refused = {each: fragments(each) for each in ordinary if fragments(each)}
    assert refused == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_that_disclose_do_not_pass(language: str) -> None:
    disclosing = sentences(language, "disclosing")
    assert len(set(disclosing)) == len(disclosing) >= 300
    assert [each for each in disclosing if not lint(each, words().lists)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_disclosing_sentences_try_every_part_of_the_rule(language: str) -> None:
    found = {
        each.rule
        for text in sentences(language, "disclosing")
        for each in lint(text, words().lists)
    }
    by_name = {R.AGENCY_NAME, R.PERSON_NAME, R.CODE_WORD}
    assert found >= set(LintRule) - by_name - {R.TOO_LONG, R.EMPTY}


@pytest.mark.parametrize("style", [str.upper, str.title, str.swapcase])
def test_case_changes_no_verdict(style: object) -> None:
    assert callable(style)
    for text in sentences("en", "disclosing"):
        assert lint(style(text), words().lists), text


def test_without_accents_what_discloses_still_does() -> None:
    missed = []
    for language in ("fr", "es"):
        for text in sentences(language, "disclosing"):
            bare = unicodedata.normalize("NFD", text)
            bare = "".join(each for each in bare if not unicodedata.combining(each))
            if not lint(bare, words().lists):
                missed.append(text)
    assert missed == []


@settings(max_examples=trials(100, 3000))
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_text_gets_the_same_answer_twice_and_in_both_spellings(text: str) -> None:
    found = lint(text, words().lists, NAMES)
    assert found == lint(text, words().lists, NAMES)
    for form in ("NFC", "NFD"):
        again = lint(unicodedata.normalize(form, text), words().lists, NAMES)
        assert again == found


HIDDEN = st.characters(
    categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp"]
) | st.sampled_from(
    "\u200b\u200c\u200d\u2060\ufeff\u202a\u202e\u2066\u2069\u00ad\u061c\u180e\u3164\u115f"
)


@settings(max_examples=trials(100, 3000))
@given(st.text(max_size=30), HIDDEN, st.text(max_size=30))
def test_a_character_nobody_sees_is_always_found(
    before: str, hidden: str, after: str
) -> None:
    assert {R.CONTROL_CHARACTER, R.MIXED_SCRIPT} & rules(before + hidden + after)


ORDINARY = st.sampled_from(
    [each for one in LANGUAGES for each in sentences(one, "ordinary")]
)
TRADE = st.sampled_from(
    [
        "session",
        "shelter",
        "police",
        "thérapie",
        "violence",
        "abogada",
        "tribunal",
        "séance",
    ]
)


@settings(max_examples=trials(100, 3000))
@given(ORDINARY, TRADE, st.integers(0, 200), st.sampled_from(" -.*/_"), st.booleans())
def test_a_trade_word_spelled_out_anywhere_is_found(
    sentence: str, word: str, place: int, between: str, upper: bool
) -> None:
    spelled = between.join(word.upper() if upper else word)
    kept = sentence.split(" ")
    kept.insert(place % (len(kept) + 1), spelled)
    assert R.TRADE_WORD in rules(" ".join(kept))
