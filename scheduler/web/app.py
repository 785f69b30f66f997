"""`create_app`: the pages of one installation over the services it is given."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from types import TracebackType
from typing import Any, ClassVar, Final

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.routing import IntegerConverter, Map

from scheduler.domain.errors import Misconfigured
from scheduler.web import (
    access,
    asking,
    attention,
    availability,
    bookings,
    calendars,
    callbacks,
    closing,
    custody,
    erasure,
    errors,
    feed,
    file,
    following,
    going_live,
    headers,
    health,
    her_data,
    here,
    holidays,
    imports,
    legal_hold,
    month_counts,
    moving,
    on_call,
    origin,
    outside,
    passkeys,
    people,
    plans,
    retention,
    roster,
    sealed,
    second_factor,
    series,
    server_log,
    session,
    set_aside,
    shell_pages,
    sick_day,
    sign_in,
    staff,
    template_names,
    trail,
    visitor,
    waiting,
    week,
)
from scheduler.web import settings as settings_pages
from scheduler.web.api import views as api
from scheduler.web.assets import Assets
from scheduler.web.forms import MOST_ROWS
from scheduler.web.shell import Services, WebSettings

SHELL: Final[tuple[Blueprint, ...]] = (
    shell_pages.pages,
    sign_in.pages,
    second_factor.pages,
    outside.pages,
    passkeys.pages,
)
"""What every page lives in."""

PAGES: Final[tuple[Blueprint, ...]] = (
    *SHELL,
    roster.pages,
    week.pages,
    people.pages,
    file.pages,
    closing.pages,
    sealed.pages,
    plans.pages,
    custody.pages,
    erasure.pages,
    her_data.pages,
    legal_hold.pages,
    retention.pages,
    trail.pages,
    month_counts.pages,
    imports.pages,
    bookings.pages,
    moving.pages,
    series.pages,
    following.pages,
    sick_day.pages,
    waiting.pages,
    session.pages,
    attention.pages,
    on_call.pages,
    availability.pages,
    calendars.pages,
    set_aside.pages,
    holidays.pages,
    feed.pages,
    asking.pages,
    settings_pages.pages,
    staff.pages,
    going_live.pages,
    health.pages,
    api.pages,
)
"""The blueprints of the product. A new page adds its own here."""

# Whoever asks there has no page of ours and so no form token: it signs, or shows one
# of its own.
_WITHOUT_A_PAGE: Final = frozenset({callbacks.NAME, api.NAME})

_EIGHT_HOURS: Final = 8 * 60 * 60
_TWO_MEGABYTES: Final = 2 * 1024 * 1024


class Pages(Flask):
    """Flask, strict about templates and silent about people."""

    jinja_options: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }

    def update_template_context(self, context: dict[str, Any]) -> None:
        """Nothing by itself: a template gets what its view hands it, and our names."""

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Kind and place only: a message or a path could name somebody (bar-L1)."""
        if exc_info[1] is not None:
            errors.note(exc_info[1])


class _RowNumber(IntegerConverter):
    """The number of a row in an address. A greater one than a database counts to is
    nobody's, and no reason to break."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002 - its name there
        super().__init__(map, **{"max": MOST_ROWS, **options})


# What must never be otherwise where people are served; nothing of ours sets it.
_SAFE: Final = {
    "DEBUG": False,
    "TESTING": False,
    "LOGIN_DISABLED": False,
    "WTF_CSRF_ENABLED": True,
    "WTF_CSRF_CHECK_DEFAULT": True,
    "PROPAGATE_EXCEPTIONS": False,
    "TRAP_HTTP_EXCEPTIONS": False,
    "TRAP_BAD_REQUEST_ERRORS": None,
    "EXPLAIN_TEMPLATE_LOADING": False,
}


def create_app(
    services: Services, settings: WebSettings, pages: Iterable[Blueprint] = PAGES
) -> Flask:
    """The WSGI app. Raises Misconfigured rather than start with a setting that leaks.

    Order matters: headers first, so that they have the last word on every response;
    then, before a view, origin, access, form token.
    """
    app = Pages("scheduler.web", static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.converters["int"] = _RowNumber
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=settings.hosts,
        MAX_CONTENT_LENGTH=_TWO_MEGABYTES,
        PROPAGATE_EXCEPTIONS=False,
        WTF_CSRF_TIME_LIMIT=_EIGHT_HOURS,
        WTF_CSRF_SSL_STRICT=False,  # `origin` decides, and needs no Referer
    )
    if settings.proxies:
        app.wsgi_app = visitor.Behind(  # type: ignore[method-assign]
            app.wsgi_app, settings.proxies
        )
    app.extensions["quietline.assets"] = Assets()
    server_log.install(app)
    headers.install(app, https=settings.https)
    here.install(app, services, settings)
    app.before_request(_only_from_here)
    app.before_request(access.guard)
    tokens = CSRFProtect(app)
    template_names.install(app)
    errors.install(app)
    app.register_error_handler(access.SignInFirst, sign_in.ask)
    app.register_error_handler(access.ProveFirst, sign_in.ask_again)
    for each in pages:
        app.register_blueprint(each)
        if each.name in _WITHOUT_A_PAGE:
            tokens.exempt(each)
    refuse_unsafe(app)
    return app


def stay() -> None:
    """What is loaded by now stays as long as this process: Python need not look through
    it for rubbish while people wait. Once, just before serving."""
    gc.collect()
    gc.freeze()


def refuse_unsafe(app: Flask) -> None:
    """Do not serve with what a developer switches on. Raises Misconfigured.

    Flask reads some of it from the environment by itself, such as FLASK_DEBUG.
    """
    for name, safe in _SAFE.items():
        if app.config.get(name, safe) is not safe:
            raise Misconfigured(
                f"The pages would be served with {name} = {app.config[name]}. Take "
                f"away what sets it, such as FLASK_{name} in the environment."
            )


def _only_from_here() -> None:
    if not origin.is_ours():
        raise CSRFError
