"""Phone numbers as people type them, and the form in which they are kept (E.164)."""

from __future__ import annotations

import phonenumbers

# A number without a country is one of the North American plan, to which Canada belongs.
REGION = "CA"

HOW = "Write it with its area code, like (416) 555-0142, or with + and the country."
_EXTENSION = (
    "A number here has no extension. Write the number alone, and who may answer "
    "beside it."
)


def number_of(typed: str) -> str | None:
    """The number as `+14165550142`, or None when it is none or has an extension."""
    parsed = _parsed(typed)
    if parsed is None or parsed.extension:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def why_no_number(typed: str) -> str:
    """The sentence beside a field whose number cannot be read."""
    parsed = _parsed(typed)
    if parsed is not None and parsed.extension:
        return _EXTENSION
    return f"This is no phone number that can be reached. {HOW}"


def _parsed(typed: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None
