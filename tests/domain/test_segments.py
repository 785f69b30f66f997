"""How long a text is for the network (W3)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.segments import Measure, measure

# The default alphabet and the extension table of GSM 03.38, row by row.
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def test_every_character_of_the_alphabet_is_one_septet() -> None:
    assert len(set(BASIC)) == 127  # the 128th place is the escape
    assert measure(BASIC) == Measure("gsm7", 127, 136, fits=True)


@pytest.mark.parametrize("char", list("€^{}[]~|\\\f"))
def test_the_extension_takes_two_septets(char: str) -> None:
    assert measure(f"a{char}") == Measure("gsm7", 3, 136, fits=True)


def test_136_septets_fit_and_137_do_not() -> None:
    assert measure("a" * 136).fits
    assert not measure("a" * 137).fits
    assert measure("€" * 68).fits
    assert not measure("€" * 68 + "a").fits


def test_one_curly_quote_halves_the_room_and_is_named() -> None:
    found = measure("It’s warm, isn’t it, so “warm”")
    assert found.alphabet == "ucs2"
    assert found.limit == 70
    assert found.offending == ("’", "“", "”")
    assert measure("é" * 100).fits
    assert not measure("ê" * 71).fits
    assert measure("ê" * 70).fits


def test_an_emoji_takes_two_units() -> None:
    assert measure("🌻") == Measure("ucs2", 2, 70, fits=True, offending=("🌻",))
    assert measure("🌻" * 35).fits
    assert not measure("🌻" * 35 + "a").fits


def test_other_limits_can_be_passed_in() -> None:
    assert not measure("a" * 11, gsm7=10).fits
    assert measure("ê" * 11, ucs2=12) == Measure("ucs2", 11, 12, True, ("ê",))


def test_a_lone_surrogate_is_measured_and_nothing_breaks() -> None:
    assert measure("\ud83c").units == 1


@given(st.text())
def test_units_are_what_the_network_would_count(text: str) -> None:
    found = measure(text)
    composed = unicodedata.normalize("NFC", text)
    if found.alphabet == "ucs2":
        assert found.units == len(composed.encode("utf-16-be")) // 2
        assert found.offending
    else:
        doubled = sum(composed.count(each) for each in "€^{}[]~|\\\f")
        assert found.units == len(composed) + doubled
        assert found.offending == ()
    assert found.fits == (found.units <= found.limit)


@given(st.text())
def test_two_spellings_of_the_same_letters_measure_the_same(text: str) -> None:
    assert measure(unicodedata.normalize("NFD", text)) == measure(text)
