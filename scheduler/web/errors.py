"""The pages for what went wrong: what happened, what to do, and never more than that.

They ask nothing of the services, so they can be shown when nothing else can, and they
are the same for everybody: a page that is not yours and one that is not there cannot be
told apart (E3).
"""

from __future__ import annotations

import errno
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from scheduler.domain import errors as known
from scheduler.web.api.answers import problem
from scheduler.web.api.document import PREFIX
from scheduler.web.frame import ASKING

if TYPE_CHECKING:
    from flask import Flask, Response

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One page: its status, a fact, and what to do."""

    status: int
    fact: str
    remedy: str


_PAGES: Final = {
    400: ("This could not be read.", "Go back, load the page again and send it again."),
    401: (
        "There is no token here that counts.",
        "Send the one you were given, or ask for another if it was taken back.",
    ),
    403: (
        "This page is for other people here.",
        "If you need it for your work, ask whoever looks after the accounts.",
    ),
    404: (
        "There is nothing here under that name.",
        "Check it and try again, or begin at the start page.",
    ),
    405: ("This page is not used like that.", "Begin at the start page."),
    409: ("Something changed meanwhile.", "Load the page again and look at it."),
    413: (
        "That is more than fits.",
        "Send a smaller file, or less text in one go.",
    ),
    422: ("Something on the page is not yet right.", "Go back and look at it again."),
    429: (
        "That was too often in a short time.",
        "Wait a minute, then try again. Nothing is lost.",
    ),
    500: (
        "Something went wrong here.",
        "Look first whether it was done. Then tell the administrator at what time.",
    ),
}

_NOT_NOW: Final = "This cannot be done now."

_FORM: Final = Trouble(
    400,
    "This form did not come from a page that is open here.",
    "Load the page again and send it from there. Nothing was done.",
)

NO_DATABASE: Final = Trouble(
    503,
    "The database cannot be reached.",
    "Nothing was written. Go on by phone and paper, and tell whoever looks after the"
    " machine: its health page says what is wrong.",
)
DISK_FULL: Final = Trouble(
    503,
    "The disk is full.",
    "Nothing was written. Tell whoever looks after the machine: something on that disk"
    " has to go before anything can be kept again.",
)
MISCONFIGURED: Final = Trouble(
    503,
    "A setting or a key is missing, so nothing can be opened.",
    "Nothing was written. Tell whoever looks after the machine: “quietline"
    " user list” on that machine says which one it is.",
)

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNREACHABLE: Final = frozenset(
    {"OperationalError", "InterfaceError", "TimeoutError", "DisconnectionError"}
)


def trouble_of(error: BaseException) -> Trouble | None:
    """What stands behind an error, as far as somebody can mend it.

    The pages may not import the database's library, so its errors are known by name.
    """
    for each in _chain(error):
        if isinstance(each, known.Misconfigured):
            return MISCONFIGURED
        if _says_full(each):
            return DISK_FULL
    return NO_DATABASE if any(map(_is_database, _chain(error))) else None


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return type(error).__name__ == "DiskFull" or "disk is full" in str(error)


def _is_database(error: BaseException) -> bool:
    kind = type(error)
    library = kind.__module__.partition(".")[0]
    return library in {"sqlalchemy", "sqlite3", "psycopg"} and any(
        each.__name__ in _UNREACHABLE for each in kind.__mro__
    )


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = following.__cause__ or following.__context__
    return found


def page(trouble: Trouble) -> Response:
    """The page itself; for a program the same as JSON."""
    if request.path.startswith(PREFIX):
        return problem(trouble.status, trouble.fact, trouble.remedy)
    body = render_template("errors/page.html", trouble=trouble, asking=_asking())
    return make_response(body, trouble.status)


def _asking() -> str:
    if ASKING not in current_app.view_functions:
        return ""
    return next(each.rule for each in current_app.url_map.iter_rules(ASKING))


def install(app: Flask) -> None:
    """Every error has a page."""
    app.register_error_handler(CSRFError, lambda _: page(_FORM))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(known.QuietlineError, _refused)
    app.register_error_handler(InternalServerError, _unforeseen)


def _http(error: HTTPException) -> Response:
    code = error.code if error.code in _PAGES else 400
    response = page(Trouble(code, *_PAGES[code]))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    asks = getattr(error, "www_authenticate", None)
    if asks:
        response.www_authenticate = asks[0]
    wait = getattr(error, "retry_after", None)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _refused(error: known.QuietlineError) -> Response:
    match error:
        case known.NotThere():
            return page(Trouble(404, *_PAGES[404]))
        case known.Misconfigured():
            note(error)
            return page(MISCONFIGURED)
        case known.StorageUnavailable() | known.Unreadable():
            note(error)
            return _later(Trouble(503, _NOT_NOW, str(error)))
        case known.Outdated() | known.JustTaken():
            return page(Trouble(409, str(error), _PAGES[409][1]))
        case _:
            return page(Trouble(422, str(error), _PAGES[422][1]))


def _later(trouble: Trouble) -> Response:
    response = page(trouble)
    response.headers["Retry-After"] = "30"
    return response


def _unforeseen(error: InternalServerError) -> Response:
    cause = error.original_exception
    found = trouble_of(cause) if cause else None
    return _later(found) if found else page(Trouble(500, *_PAGES[500]))


def note(error: BaseException) -> None:
    """Where and what kind, for the log: no message, no path, no value (bar-L1)."""
    spot = "?"
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        spot = f"{code.co_qualname}:{trace.tb_lineno}"
        trace = trace.tb_next
    kinds = " < ".join(type(each).__name__ for each in _chain(error))
    _log.error("%s at %s on %s", kinds, spot, request.endpoint)
