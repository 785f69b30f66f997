"""Who gets what answer where: one row for each route and method, read by people.

    row("GET /people/<code>", "/people/K-1042", nobody=303, others=403, intake=200,
        strange=("/people/T-3158", "/people/Z-9999"))

`nobody` is without signing in, `others` every role that is not named. `strange` are two
addresses that must look alike: not hers, and not there (E3). A route that is missing
here, or here and not in the address map, fails.

Usual answers: a page that can be read after signing in sends nobody there (303); what
changes something, or is asked for by a script, says 403. A POST is sent with an empty
form and a right token, so a form with fields answers 422 to whoever may use it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scheduler.domain.people import Role


@dataclass(frozen=True)
class Row:
    """One route and method with the answer for each visitor; None is nobody."""

    method: str
    rule: str
    example: str
    answers: dict[Role | None, int] = field(hash=False)
    strange: tuple[str, str] | None = None


def row(
    what: str,
    example: str = "",
    *,
    nobody: int,
    others: int,
    strange: tuple[str, str] | None = None,
    **named: int,
) -> Row:
    """See the head of this file."""
    method, rule = what.split()
    answers: dict[Role | None, int] = dict.fromkeys(Role, others)
    answers |= {Role(name): status for name, status in named.items()}
    answers[None] = nobody
    return Row(method, rule, example or rule, answers, strange)


ROWS = (
    # The shell
    row("GET /", nobody=303, others=303),
    row("GET /keys", nobody=303, others=200),
    row("GET /still-here", nobody=303, others=204),
    row("GET /alerts", nobody=403, others=200),
    row("POST /alerts/seen", nobody=403, others=303),
    row("GET /static/<name>", "/static/old.css", nobody=404, others=404),
    # Signing in
    row("GET /sign-in", nobody=200, others=200),
    row("POST /sign-in", nobody=422, others=422),
    row("POST /sign-out", nobody=303, others=303),
)
