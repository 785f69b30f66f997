"""bar-A: who may open what."""

from __future__ import annotations

from typing import Final

from tests.assure.bar import Bar

ACCESS: Final = (
    Bar(
        "A1",
        "Every route answers every visitor exactly as the reviewed table says; with it"
        " bar-A2 (an undeclared view is closed), A3 (not yours and not there are the"
        " same bytes) and A7 (other spellings and methods).",
        ("tests/web/test_access.py",),
        "That the table itself is right: people reviewed it.",
        cases=300,
        spread=True,
    ),
    Bar(
        "A8",
        "Whatever is sent to whichever page, by whoever may use it, is answered without"
        " a fault, with the headers of every page, and never comes back as markup; the"
        " JSON door is tried by schemathesis.",
        ("tests/web/test_any_form.py", "tests/web/test_json_door.py"),
        "What a sequence of unforeseen acts leads to; each page is asked by itself.",
        wanted=20_000,
        unit="requests",
        spread=True,
    ),
)
