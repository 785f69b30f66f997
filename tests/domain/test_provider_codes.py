"""What a provider's error code means for us (M8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.provider_codes import Effect, effect_of

KNOWN = {
    "30003": Effect.TRY_ONCE_MORE,
    "30005": Effect.CLOSE_CHANNEL,
    "30006": Effect.CLOSE_CHANNEL,
    "21614": Effect.CLOSE_CHANNEL,
    "21610": Effect.BLOCK_NUMBER,
    "30007": Effect.PAUSE_SENDER,
    "30034": Effect.PAUSE_SENDER,
    "20003": Effect.PAUSE_SENDER,
    "20005": Effect.PAUSE_SENDER,
    "30002": Effect.PAUSE_SENDER,
    "30032": Effect.PAUSE_SENDER,
}


@pytest.mark.parametrize(("code", "effect"), KNOWN.items())
def test_each_code_the_rule_names_has_its_effect(code: str, effect: Effect) -> None:
    assert effect_of(code) is effect


@given(st.one_of(st.none(), st.text(), st.integers(0, 99999).map(str)))
def test_any_other_code_fails_that_message_and_no_more(code: str | None) -> None:
    if code not in KNOWN:
        assert effect_of(code) is Effect.NOTHING_MORE
