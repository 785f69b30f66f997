"""The one cookie, and what it names.

The cookie holds a random id and nothing else. Before sign-in no row belongs to it; it
only ties the form token to the browser, so that showing a page writes nothing. Signing
in starts a new id, whose row the accounts keep.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

from flask import g, session
from flask.sessions import SessionInterface, SessionMixin

if TYPE_CHECKING:
    from flask import Flask, Request, Response

    from scheduler.ports import Tokens
    from scheduler.web.shell import WebSettings

_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{32,128}")
FORM_TOKEN: Final = "csrf_token"  # noqa: S105 (the name of a field)


class BrowserSession(dict[str, Any], SessionMixin):
    """What a request knows of its browser. Pages keep nothing in it.

    `known` is the id the browser sent, `sid` the one in force from now on. The form
    token is derived from the id: it needs no row, and lives on while a page is locked.
    """

    def __init__(self, known: str, sid: str, key: bytes) -> None:
        super().__init__()
        self.known = known
        self.begun = False
        self.over = False
        self._key = key
        self.sid = ""
        self._go_by(sid)

    def _go_by(self, sid: str) -> None:
        self.sid = sid
        token = hmac.new(self._key, b"form\0" + sid.encode(), sha256).hexdigest()
        super().__setitem__(FORM_TOKEN, token)

    @property
    def may_have_row(self) -> bool:
        """Whether a sign-in can stand behind the id."""
        return self.begun or bool(self.known)

    def begin(self, sid: str) -> None:
        """She is signed in: go on under a new id, and leave behind what was before."""
        self._go_by(sid)
        self.begun, self.over = True, False
        g.pop(FORM_TOKEN, None)

    def end(self) -> None:
        """She signed out: the browser forgets its id."""
        self.over = True

    def __setitem__(self, key: str, value: object) -> None:
        raise TypeError(
            "Pages keep nothing in the session. Put it in the form or in a table."
        )


class Sessions(SessionInterface):
    """Opens and closes a `BrowserSession` around each request; reads no row."""

    def __init__(self, tokens: Tokens, settings: WebSettings) -> None:
        self._tokens = tokens
        self._settings = settings

    def open_session(self, app: Flask, request: Request) -> BrowserSession:  # noqa: ARG002
        """The browser's id when it has the right shape, else a new one."""
        sent = request.cookies.get(self._settings.cookie, "")
        known = sent if _SHAPE.fullmatch(sent) else ""
        sid = known or self._tokens.token()
        return BrowserSession(known, sid, self._settings.secret_key)

    def save_session(
        self,
        app: Flask,  # noqa: ARG002
        session: SessionMixin,
        response: Response,
    ) -> None:
        """Set the cookie only where a sign-in or a form on the page needs it."""
        mine = cast("BrowserSession", session)
        if mine.over:
            self._set(response, "", max_age=0)
        elif mine.sid != mine.known and (mine.begun or FORM_TOKEN in g):
            self._set(response, mine.sid, max_age=None)

    def _set(self, response: Response, value: str, *, max_age: int | None) -> None:
        response.set_cookie(
            self._settings.cookie,
            value,
            max_age=max_age,
            path="/",
            secure=self._settings.https,
            httponly=True,
            samesite="Strict",
        )


def browser() -> BrowserSession:
    """The browser of this request."""
    return cast("BrowserSession", session)
