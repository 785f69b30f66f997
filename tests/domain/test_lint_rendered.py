"""bar-W7: what the lint lets through holds none of what W2 and W3 forbid.

A second reading (`plain_check.py`), written on its own, looks at every starter in every
language and at made-up phrases: ordinary sentences with a word of the trade, a name, a
figure, a sign or a character nobody sees put in, in all sorts of spellings.
"""

from collections import Counter
from typing import Final

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from scheduler.domain.lint import lint
from scheduler.domain.names import ForbiddenNames
from scheduler.domain.phrases import Meaning
from tests.domain.plain_check import FORBIDDEN, IN_A_ROW, problems
from tests.domain.worded import LANGUAGES, sentences, words
from tests.profiles import Tells, trials

NAMED: Final = ["Harbour House", "Delphine", "Marchand", "Rosalind", "blue kettle"]
NAMES: Final = ForbiddenNames(
    agency=("Harbour House",),
    staff=("Rosalind",),
    client=("Delphine Marchand",),
    code_words=("blue kettle",),
)

ORDINARY: Final = [
    *(each for language in LANGUAGES for each in sentences(language, "ordinary")),
    *words().all_starters(),
]
VALUES: Final = st.one_of(
    st.sampled_from(sorted(FORBIDDEN)),
    st.sampled_from(IN_A_ROW),
    st.sampled_from(NAMED),
    st.sampled_from(["7", "10:30", "3pm", "204 555 0142", "K-1042", "12/10", "2 cups"]),
    st.sampled_from(["www.plants.ca", "https://x.org", "ana@example.org", "?", "¿"]),
    st.sampled_from(["=1+1", "+cmd", "@SUM(A1)", "\u202e", "\u200b", "🙂", "ج", "\t"]),
    st.text(max_size=6),
)
SPELLINGS: Final = st.sampled_from(
    [str, str.upper, str.title, str.swapcase, lambda text: "-".join(text.split())]
)


@st.composite
def rendered(draw: st.DrawFn) -> str:
    """An ordinary sentence, and often something put into it."""
    kept = draw(st.sampled_from(ORDINARY)).split(" ")
    for _ in range(draw(st.integers(0, 2))):
        value = draw(SPELLINGS)(draw(VALUES))
        place = draw(st.integers(0, len(kept)))
        if draw(st.booleans()):
            kept.insert(place, value)
        else:
            kept[place : place + 2] = [value]
    return draw(st.sampled_from([" ", " ", " ", "  ", "\u00a0"])).join(kept)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("meaning", Meaning)
def test_no_starter_holds_anything_forbidden(language: str, meaning: Meaning) -> None:
    for each in words().starters[language][meaning]:
        assert problems(each, NAMED) == []


def test_what_passes_holds_nothing_forbidden(tells: Tells) -> None:
    seen: Counter[bool] = Counter()

    @settings(max_examples=trials(300, 10_000))
    @given(rendered())
    def look(text: str) -> None:
        passes = lint(text, words().lists, NAMES) == ()
        seen[passes] += 1
        if passes:
            assert problems(text, NAMED) == []

    look()
    # Neither side may be empty, or the reading above was of nothing.
    assert min(seen[True], seen[False]) >= sum(seen.values()) // 20
    hit = {"passed": seen[True], "refused": seen[False]}
    tells(trials=sum(seen.values()), hit=hit)


def test_the_second_reading_can_find_something() -> None:
    for bad in (
        "See Delphine",
        "at 10:30",
        "une séance",
        "so\u200bup",
        "a" * 140,
        "x?",
    ):
        assert problems(bad, NAMED), bad
    assert find(rendered(), lambda text: bool(problems(text, NAMED)))
