"""Who gets what answer where: one row for each route and method, read by people.

    row("GET /people/<code>", "/people/{file_hers}", nobody=303, others=403, intake=200,
        strange=("/people/{file_not_hers}", "/people/{no_file}"))

Names in braces stand for what is in the database of `site.py`. `nobody` is without
signing in, `others` every role that is not named. `strange` are two addresses that must
look alike: not hers, and not there (E3). A route that is missing here, or here and not
in the address map, fails.

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


def of_a_session(method: str, act: str, *, held: int, nobody: int = 403) -> Row:
    """A session's routes: for its counsellor and for supervisors."""
    return row(
        f"{method} /session/<session_id>{act}",
        "/session/{hers}" + act,
        nobody=nobody,
        others=403,
        counsellor=held,
        supervisor=held,
        strange=None
        if act == "/start"
        else ("/session/{not_hers}" + act, "/session/{nowhere}" + act),
    )


def of_a_file(method: str, act: str, answer: int, *roles: str, nobody: int = 0) -> Row:
    """A file's routes: for intake, its counsellors and supervisors, unless `roles`."""
    given = roles or ("intake", "counsellor", "supervisor")
    return row(
        f"{method} /people/<code>{act}",
        "/people/{file_hers}" + act,
        nobody=nobody or (303 if method == "GET" else 403),
        others=403,
        strange=("/people/{file_not_hers}" + act, "/people/{no_file}" + act),
        **dict.fromkeys(given, answer),
    )


def of_booking(what: str, *, answer: int) -> Row:
    """Whoever may book: intake, and counsellors and supervisors."""
    method, rule = what.split()
    of_session = "<session_id>" in rule
    return row(
        what,
        rule.replace("<session_id>", "{hers}"),
        nobody=303 if method == "GET" else 403,
        others=403,
        intake=answer,
        counsellor=answer,
        supervisor=answer,
        strange=(
            rule.replace("<session_id>", "{not_hers}"),
            rule.replace("<session_id>", "{nowhere}"),
        )
        if of_session
        else None,
    )


def of_away(rule: str, example: str) -> Row:
    """One act on a session of somebody who is away; the form says whose days."""
    return row(
        f"POST /away{rule}",
        f"/away{example}",
        nobody=403,
        others=403,
        intake=422,
        supervisor=422,
    )


ROWS = (
    # The shell
    row("GET /", nobody=303, others=303),
    row("GET /keys", nobody=303, others=200),
    row("GET /still-here", nobody=303, others=204),
    row("GET /alerts", nobody=403, others=200),
    row("POST /alerts/seen", nobody=403, others=303),
    row("GET /static/<name>", "/static/old.css", nobody=404, others=404),
    # The worker does not tick on the site of the table, so it is red
    row("GET /health", nobody=503, others=503),
    # Signing in
    row("GET /sign-in", nobody=200, others=200),
    row("POST /sign-in", nobody=422, others=422),
    row("POST /sign-out", nobody=303, others=303),
    row("POST /sign-in/code", nobody=303, others=303),
    # No agency has another door unless it is set
    row("GET /sign-in/outside", nobody=404, others=404),
    row("GET /sign-in/outside/back", nobody=404, others=404),
    row("POST /sign-in/outside", nobody=404, others=404),
    row("GET /you/outside", nobody=303, others=404),
    row("POST /you/outside", nobody=403, others=404),
    row("POST /you/outside/end", nobody=403, others=404),
    row("GET /you/password", nobody=303, others=200),
    row("POST /you/password", nobody=403, others=422),
    row("GET /sign-in/again", nobody=303, others=200),
    row("POST /sign-in/again", nobody=403, others=422),
    row("GET /sign-in/second", nobody=303, others=200),
    row("POST /sign-in/second", nobody=403, others=422),
    row("GET /sign-in/second/drawing.svg", nobody=303, others=200),
    row("GET /sign-in/passkey", nobody=200, others=200),
    row("POST /sign-in/passkey", nobody=422, others=422),
    row("GET /sign-in/second/passkey", nobody=303, others=200),
    row("POST /sign-in/second/passkey", nobody=403, others=422),
    row("GET /sign-in/invited", nobody=200, others=200),
    row("POST /sign-in/invited", nobody=422, others=422),
    # Her own sign-in
    row(
        "POST /you/passkeys/<int:passkey_id>/remove",
        "/you/passkeys/999/remove",
        nobody=403,
        others=404,
    ),
    row("GET /you", nobody=303, others=200),
    row("POST /you/codes", nobody=403, others=422),
    row("POST /you/end", nobody=403, others=303),
    # Today and the session. Hers is booked for tomorrow, so what needs one in progress
    # is refused in words, and what names nothing that is offered is not there.
    row(
        "GET /today", nobody=303, others=403, counsellor=200, supervisor=200, intake=200
    ),
    of_a_session("GET", "", held=200, nobody=303),
    of_a_session("GET", "/end", held=200, nobody=303),
    of_a_session("POST", "/start", held=303),
    of_a_session("POST", "/not-joined", held=303),
    of_a_session("POST", "/tick", held=404),
    of_a_session("POST", "/place", held=303),
    of_a_session("POST", "/identity", held=422),
    of_a_session("POST", "/broke-off", held=404),
    of_a_session("POST", "/step", held=404),
    of_a_session("POST", "/word", held=422),
    of_a_session("POST", "/number", held=303),
    of_a_session("POST", "/back", held=409),
    of_a_session("POST", "/end", held=409),
    of_a_session("POST", "/review", held=303),
    # Attention. What names no open matter is not there.
    row(
        "GET /attention",
        nobody=303,
        others=403,
        intake=200,
        counsellor=200,
        supervisor=200,
    ),
    row(
        "POST /attention/<item_id>/choose",
        "/attention/{nowhere}/choose",
        nobody=403,
        others=403,
        intake=404,
        counsellor=404,
        supervisor=404,
    ),
    row(
        "POST /attention/<item_id>/read",
        "/attention/{nowhere}/read",
        nobody=403,
        others=403,
        intake=404,
        counsellor=404,
        supervisor=404,
    ),
    row(
        "POST /attention/<item_id>/lift",
        "/attention/{nowhere}/lift",
        nobody=403,
        others=403,
        supervisor=422,
    ),
    row(
        "POST /attention/send/<message_id>",
        "/attention/send/{nowhere}",
        nobody=403,
        others=403,
        intake=404,
        counsellor=404,
        supervisor=404,
    ),
    row(
        "POST /attention/send/<message_id>/outcome",
        "/attention/send/{nowhere}/outcome",
        nobody=403,
        others=403,
        intake=404,
        counsellor=404,
        supervisor=404,
    ),
    row(
        "GET /attention/reply",
        nobody=303,
        others=403,
        intake=200,
        counsellor=200,
        supervisor=200,
    ),
    row(
        "POST /attention/reply",
        nobody=403,
        others=403,
        intake=422,
        counsellor=422,
        supervisor=422,
    ),
    # On call
    row(
        "GET /on-call",
        nobody=303,
        others=403,
        intake=200,
        counsellor=200,
        supervisor=200,
        administrator=200,
    ),
    row("POST /on-call", nobody=403, others=403, supervisor=422, administrator=422),
    row(
        "POST /on-call/<int:duty_id>/acknowledge",
        "/on-call/999/acknowledge",
        nobody=403,
        others=403,
        supervisor=409,
    ),
    row(
        "POST /on-call/<int:duty_id>/hand-over",
        "/on-call/999/hand-over",
        nobody=403,
        others=403,
        supervisor=409,
    ),
    # Availability: one's own, or anybody's for who leads; nobody holds this number.
    row(
        "GET /availability",
        nobody=303,
        others=403,
        counsellor=200,
        supervisor=200,
        administrator=200,
    ),
    row(
        "POST /availability/<int:staff_id>",
        "/availability/999",
        nobody=403,
        others=403,
        counsellor=404,
        supervisor=404,
        administrator=404,
    ),
    row(
        "POST /availability/<int:staff_id>/leave",
        "/availability/999/leave",
        nobody=403,
        others=403,
        counsellor=404,
        supervisor=404,
        administrator=404,
    ),
    row(
        "POST /availability/<int:staff_id>/leave/back",
        "/availability/999/leave/back",
        nobody=403,
        others=403,
        counsellor=404,
        supervisor=404,
        administrator=404,
    ),
    row(
        "POST /availability/<int:staff_id>/set-aside",
        "/availability/999/set-aside",
        nobody=403,
        others=403,
        supervisor=404,
    ),
    row(
        "POST /availability/<int:staff_id>/set-aside/back",
        "/availability/999/set-aside/back",
        nobody=403,
        others=403,
        supervisor=404,
    ),
    row(
        "POST /availability/<int:staff_id>/calendar",
        "/availability/999/calendar",
        nobody=403,
        others=403,
        counsellor=404,
        supervisor=404,
        administrator=404,
    ),
    row(
        "POST /availability/<int:staff_id>/calendar/take",
        "/availability/999/calendar/take",
        nobody=403,
        others=403,
        counsellor=404,
        supervisor=404,
        administrator=404,
    ),
    row(
        "POST /availability/<int:staff_id>/calendar/aside",
        "/availability/999/calendar/aside",
        nobody=403,
        others=403,
        counsellor=404,
        supervisor=404,
        administrator=404,
    ),
    row(
        "POST /availability/<int:staff_id>/calendar/stop",
        "/availability/999/calendar/stop",
        nobody=403,
        others=403,
        counsellor=404,
        supervisor=404,
        administrator=404,
    ),
    # Days the whole agency is closed
    row(
        "GET /availability/holidays",
        nobody=303,
        others=403,
        supervisor=200,
        administrator=200,
    ),
    row(
        "POST /availability/holidays",
        nobody=403,
        others=403,
        supervisor=422,
        administrator=422,
    ),
    # What a calendar program reads, by an address that is nobody's here
    row("GET /calendar/<token>.ics", "/calendar/nobody.ics", nobody=404, others=404),
    row("POST /availability/feed", nobody=403, others=403, counsellor=200),
    row(
        "POST /availability/<int:staff_id>/feed/end",
        "/availability/999/feed/end",
        nobody=403,
        others=403,
        counsellor=404,
        supervisor=303,
        administrator=303,
    ),
    # Someone is asking: the same for everybody
    row("GET /asking", nobody=303, others=200),
    row("POST /asking", nobody=403, others=303),
    # Settings: anybody may stop what leaves
    row("GET /settings", nobody=303, others=200),
    row("POST /settings/stop", nobody=403, others=303),
    row(
        "POST /settings/start",
        nobody=403,
        others=403,
        supervisor=303,
        administrator=303,
        custodian=303,
        second=303,
    ),
    row(
        "POST /settings/live/<item>",
        "/settings/live/greeting",
        nobody=403,
        others=403,
        supervisor=303,
        administrator=303,
    ),
    row(
        "POST /settings/live/<item>/back",
        "/settings/live/greeting/back",
        nobody=403,
        others=403,
        supervisor=303,
        administrator=303,
    ),
    row("POST /settings/reach", nobody=403, others=303),
    row("POST /settings/policy", nobody=403, others=403, administrator=422),
    # Accounts
    row(
        "GET /settings/staff",
        nobody=303,
        others=403,
        administrator=200,
        supervisor=200,
        custodian=200,
        second=200,
    ),
    row("POST /settings/staff", nobody=403, others=403, administrator=422),
    row(
        "POST /settings/staff/<int:staff_id>",
        "/settings/staff/999",
        nobody=403,
        others=403,
        administrator=422,
    ),
    row(
        "POST /settings/staff/wish/<int:wish_id>/confirm",
        "/settings/staff/wish/999/confirm",
        nobody=403,
        others=403,
        administrator=404,
        supervisor=404,
        custodian=404,
        second=404,
    ),
    row(
        "POST /settings/staff/wish/<int:wish_id>/back",
        "/settings/staff/wish/999/back",
        nobody=403,
        others=403,
        administrator=404,
        supervisor=404,
        custodian=404,
        second=404,
    ),
    # Week: letting a session go on a day leads to the page that moves it
    row(
        "GET /week", nobody=303, others=403, counsellor=200, supervisor=200, intake=200
    ),
    row(
        "GET /week/move",
        "/week/move?session={hers}&who=4",
        nobody=303,
        others=403,
        counsellor=303,
        supervisor=303,
        intake=303,
        strange=(
            "/week/move?session={not_hers}&who=4",
            "/week/move?session={nowhere}&who=4",
        ),
    ),
    # People, a file, the plan
    row(
        "GET /people",
        nobody=303,
        others=403,
        intake=200,
        counsellor=200,
        supervisor=200,
    ),
    row("POST /people", nobody=403, others=403, intake=422, supervisor=422),
    row("POST /people/glass", nobody=403, others=403, counsellor=422),
    row(
        "POST /people/check",
        nobody=403,
        others=403,
        intake=404,
        counsellor=404,
        supervisor=404,
    ),
    row("POST /people/voice", nobody=403, others=403, supervisor=404),
    row(
        "GET /people/new",
        nobody=303,
        others=403,
        intake=200,
        counsellor=200,
        supervisor=200,
    ),
    row(
        "POST /people/new",
        nobody=403,
        others=403,
        intake=422,
        counsellor=422,
        supervisor=422,
    ),
    of_a_file("GET", "", 200, "intake", "counsellor", "supervisor", "custodian"),
    of_a_file("POST", "/check", 200),
    of_a_file("POST", "/call", 404),
    row(
        "POST /people/<code>/call/<message_id>",
        "/people/{file_hers}/call/{nowhere}",
        nobody=403,
        others=403,
        intake=404,
        counsellor=404,
        supervisor=404,
    ),
    of_a_file("POST", "/suspend", 303),
    of_a_file("POST", "/correct", 422),
    of_a_file("POST", "/confirm", 422),
    of_a_file("POST", "/lift", 422, "supervisor"),
    of_a_file("POST", "/number", 422, "supervisor"),
    of_a_file("POST", "/counsellor", 303, "intake", "supervisor"),
    of_a_file("POST", "/shut-out", 404, "supervisor"),
    of_a_file("POST", "/apart", 422, "supervisor"),
    of_a_file("GET", "/person", 200),
    of_a_file("POST", "/person/show", 422),
    of_a_file("POST", "/person", 422),
    of_a_file("GET", "/video", 200),
    of_a_file("POST", "/video", 422),
    of_a_file("GET", "/words", 200),
    of_a_file("POST", "/words", 422),
    of_a_file("POST", "/words/show", 422),
    of_a_file("POST", "/words/used", 404),
    of_a_file("GET", "/plan", 200),
    of_a_file("POST", "/plan", 422),
    of_a_file("POST", "/plan/check", 200),
    of_a_file("POST", "/plan/word", 422),
    of_a_file("GET", "/plan/conflict", 303),
    # A custodian finds a file by its code and reads old plans
    row("GET /custody", nobody=303, others=403, custodian=200),
    row("POST /custody", nobody=403, others=403, custodian=422),
    of_a_file("GET", "/versions", 200, "custodian"),
    of_a_file("GET", "/erase", 200, "custodian"),
    of_a_file("POST", "/erase", 422, "custodian"),
    row("GET /trail", nobody=303, others=403, custodian=200, administrator=200),
    row("GET /import", nobody=303, others=403, supervisor=200),
    row("POST /import", nobody=403, others=403, supervisor=422),
    row("GET /import/sheet.csv", nobody=303, others=403, supervisor=200),
    row("GET /counts", nobody=303, others=403, supervisor=200, administrator=200),
    row(
        "GET /counts.csv",
        "/counts.csv?month=2026-10",
        nobody=303,
        others=403,
        supervisor=422,
        administrator=422,
    ),
    of_a_file("GET", "/closing", 200),
    of_a_file("POST", "/close", 422),
    of_a_file("POST", "/reopen", 422),
    of_a_file("POST", "/hand-over", 422, "intake", "supervisor"),
    of_a_file("GET", "/her-data", 200, "custodian", "counsellor"),
    of_a_file("POST", "/her-data", 422, "custodian", "counsellor"),
    row("GET /retention", nobody=303, others=403, custodian=200, administrator=200),
    row("GET /holds", nobody=303, others=403, custodian=200),
    of_a_file("GET", "/hold", 200, "custodian"),
    of_a_file("POST", "/hold", 422, "custodian"),
    of_a_file("POST", "/hold/review", 422, "custodian"),
    of_a_file("POST", "/hold/end", 422, "custodian"),
    row("GET /erased", nobody=303, others=403, custodian=200),
    row("POST /erased", nobody=403, others=403, custodian=422),
    row(
        "GET /erased/<int:number>",
        "/erased/1",
        nobody=303,
        others=403,
        custodian=404,
    ),
    row(
        "GET /people/<code>/versions/<int:number>",
        "/people/{file_hers}/versions/1",
        nobody=303,
        others=403,
        custodian=200,
        strange=("/people/{file_hers}/versions/99", "/people/{no_file}/versions/1"),
    ),
    # Find a time, and moving and cancelling what was booked
    of_booking("GET /find", answer=200),
    of_booking("POST /find", answer=422),
    of_booking("POST /find/hold", answer=422),
    of_booking("POST /find/let-go", answer=422),
    of_booking("POST /find/book", answer=422),
    of_booking("POST /find/undo", answer=422),
    of_booking("GET /find/series", answer=303),
    of_booking("POST /find/series", answer=303),
    of_booking("POST /find/series/book", answer=303),
    of_booking("GET /booking/<session_id>/series", answer=200),
    of_booking("GET /booking/<session_id>/move-all", answer=303),
    of_booking("POST /booking/<session_id>/move-all", answer=303),
    of_booking("GET /booking/<session_id>/cancel-all", answer=200),
    of_booking("POST /booking/<session_id>/cancel-all", answer=422),
    of_booking("POST /booking/<session_id>/series/undo", answer=409),
    of_booking("GET /booking/<session_id>", answer=200),
    of_a_file("GET", "/waiting", 200),
    of_a_file("POST", "/weight", 422, "intake", "supervisor"),
    of_a_file("POST", "/waiting", 303),
    of_a_file("POST", "/waiting/off", 303),
    row(
        "GET /attention/<item_id>/time",
        "/attention/{nowhere}/time",
        nobody=303,
        others=403,
        intake=404,
        counsellor=404,
        supervisor=404,
    ),
    # Somebody is ill: whoever books for others
    row("GET /away", nobody=303, others=403, intake=200, supervisor=200),
    row("POST /away", nobody=403, others=403, intake=422, supervisor=422),
    row(
        "GET /away/of/<session_id>",
        "/away/of/{hers}",
        nobody=303,
        others=403,
        intake=303,
        supervisor=303,
    ),
    of_away("/<session_id>/hand-over", "/{hers}/hand-over"),
    of_away("/<session_id>/cancel", "/{hers}/cancel"),
    of_away("/there/<item_id>", "/there/{nowhere}"),
    of_booking("GET /booking/<session_id>/move", answer=200),
    of_booking("POST /booking/<session_id>/move", answer=422),
    of_booking("GET /booking/<session_id>/cancel", answer=200),
    of_booking("POST /booking/<session_id>/cancel", answer=422),
    # The JSON door: known by a token alone, so to a browser it is shut whoever asks.
    # What programs get is in test_json_door.py.
    row("GET /api/v1/openapi.json", nobody=200, others=200),
    row("POST /api/v1/find", nobody=401, others=401),
    row("POST /api/v1/holds", nobody=401, others=401),
    row("DELETE /api/v1/holds/<hold_id>", nobody=401, others=401),
    row("POST /api/v1/sessions", nobody=401, others=401),
    row("POST /api/v1/sessions/<session_id>/move", nobody=401, others=401),
    row("POST /api/v1/sessions/<session_id>/cancel", nobody=401, others=401),
    row("GET /api/v1/roster/<counsellor>/<day>", nobody=401, others=401),
)
