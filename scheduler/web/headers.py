"""The headers that every response carries, errors, redirects and files too.

A view that differs says so:

    @door            the client's page: no referrer at all, camera and microphone
    @camera          a staff page that holds a video session
    @makes_passkeys  a page on which somebody adds a passkey
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from flask import current_app, request

if TYPE_CHECKING:
    from flask import Flask, Response

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "__headers__"

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; require-trusted-types-for 'script'"
)

# Sound for the staff alert is the one thing a page may do by itself (N1).
_OFF: Final = (
    "accelerometer",
    "browsing-topics",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "xr-spatial-tracking",
)


def permissions_policy(
    *, camera: bool = False, makes_passkeys: bool = False, staff: bool = True
) -> str:
    """Everything off; camera and microphone for ourselves where a session is held.

    Any page of staff may turn out to ask for a passkey: the one that had locked.
    """
    asked = {
        "camera": camera,
        "microphone": camera,
        "autoplay": True,
        "publickey-credentials-create": makes_passkeys,
        "publickey-credentials-get": staff,
    }
    own = [f"{each}={'(self)' if yes else '()'}" for each, yes in asked.items()]
    return ", ".join([*own, *(f"{each}=()" for each in _OFF)])


_ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": permissions_policy(),
}
_CAMERA: Final = {"Permissions-Policy": permissions_policy(camera=True)}
_PASSKEYS: Final = {"Permissions-Policy": permissions_policy(makes_passkeys=True)}
_DOOR: Final = {
    "Permissions-Policy": permissions_policy(camera=True, staff=False),
    "Referrer-Policy": "no-referrer",
}
_HASHED: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_HTTPS: Final = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


def door(view: View) -> View:
    """The client's page."""
    setattr(view, _ATTRIBUTE, _DOOR)
    return view


def camera(view: View) -> View:
    """A staff page that holds a video session."""
    setattr(view, _ATTRIBUTE, _CAMERA)
    return view


def makes_passkeys(view: View) -> View:
    """A page on which somebody adds a passkey."""
    setattr(view, _ATTRIBUTE, _PASSKEYS)
    return view


def hashed_file(view: View) -> View:
    """A file whose name changes with its content, so that it may be kept for a year."""
    setattr(view, _ATTRIBUTE, _HASHED)
    return view


def _is_the_file(response: Response) -> bool:
    return response.status_code == HTTPStatus.OK and request.method in {"GET", "HEAD"}


def install(app: Flask, *, https: bool) -> None:
    """Before every other `after_request`, so that this one has the last word."""

    @app.after_request
    def _set(response: Response) -> Response:
        view = current_app.view_functions.get(request.endpoint or "")
        special: dict[str, str] = getattr(view, _ATTRIBUTE, {})
        if special is _HASHED and not _is_the_file(response):
            special = {}
        response.headers.update({**_ALWAYS, **(_HTTPS if https else {}), **special})
        return response
