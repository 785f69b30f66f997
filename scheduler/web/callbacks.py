"""What a provider posts: receipts and texts. Not in the address map unless a provider
that posts is configured.

Whoever asks is judged by the signature alone: there is no visitor, no cookie and no
form token here. What is not certainly the provider's is 403, and nothing is written. An
answer never holds a word: it would be sent on as a text (I3, bar-W8).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge

from scheduler.ports import Callbacks
from scheduler.services.messages import callbacks as service
from scheduler.web import here
from scheduler.web.access import open_to_all

NAME: Final = "callbacks"
STATUS_PATH: Final = "/callbacks/status/"
TEXT_PATH: Final = "/callbacks/text"

_LONGEST: Final = 16 * 1024
_MOST_FIELDS: Final = 100
_FORM: Final = "application/x-www-form-urlencoded"
_SIGNATURE: Final = "X-Twilio-Signature"
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOTHING: Final = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def callback_pages(reader: Callbacks) -> Blueprint:
    """The blueprint, around whatever reads this provider's posts.

    Every method has a view, so that a wrong one is answered like any other forgery.
    """
    pages = Blueprint(NAME, __name__)

    @pages.route(f"{STATUS_PATH}<reference>", methods=_METHODS)
    @open_to_all
    def status(reference: str) -> ResponseReturnValue:
        came = reader.status(reference, _form(), _signature())
        if came is None:
            raise Forbidden
        service.status_came(here.house(), came)
        return "", 204

    @pages.route(TEXT_PATH, methods=_METHODS)
    @open_to_all
    def text() -> ResponseReturnValue:
        came = reader.text(_form(), _signature())
        if came is None:
            raise Forbidden
        service.text_came(here.house(), came)
        return Response(_NOTHING, 200, mimetype="text/xml")

    return pages


def _signature() -> str:
    given = request.headers.getlist(_SIGNATURE)
    return given[0] if len(given) == 1 else ""


def _form() -> list[tuple[str, str]]:
    """Names and values as they came. Raises Forbidden for whatever is no short form."""
    right = (
        request.method == "POST"
        and request.mimetype == _FORM
        and not request.query_string
    )
    if not right:
        raise Forbidden
    request.max_content_length = _LONGEST
    try:
        return parse_qsl(
            request.get_data(cache=False).decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except (ValueError, RequestEntityTooLarge):
        raise Forbidden from None
