"""Bugs in what is made of a provider's words: rules M7, I1."""

from tests.plant.plant import Plant

PLANTS: tuple[Plant, ...] = (
    Plant(
        "a call that broke off proves that nothing was taken",
        "integrations/sms/twilio.py",
        "Outcome.BROKE_OFF: Answer.UNKNOWN,",
        "Outcome.BROKE_OFF: Answer.NOT_TAKEN,",
        "tests/integrations/test_twilio.py"
        "::test_only_what_proves_something_is_anything_but_unknown",
    ),
    Plant(
        "the status of an answer is taken for a code",
        "integrations/sms/twilio.py",
        "or code < _FIRST_CODE",
        "or code < 1",
        "tests/integrations/test_twilio.py::test_a_code_is_the_providers_own_or_none",
    ),
    Plant(
        "a message of which nothing is seen is found again",
        "integrations/sms/twilio_match.py",
        "return bool(seen) and all(seen)",
        "return all(seen)",
        "tests/integrations/test_twilio.py"
        "::test_it_is_found_by_what_is_shown_and_not_at_all_where_nothing_is",
    ),
    Plant(
        "nobody looks at a signature",
        "integrations/sms/twilio_callbacks.py",
        "and self._is_signed(address, found, signature)",
        "",
        "tests/integrations/test_twilio_callbacks.py"
        "::test_a_signature_is_good_for_one_address",
    ),
    Plant(
        "a piece of a known name is a name",
        "integrations/sms/twilio_callbacks.py",
        "and not _is_piece(name, found, shapes)",
        "",
        "tests/integrations/test_twilio_callbacks.py"
        "::test_one_signature_fits_no_other_cut_of_a_receipt",
    ),
)
