"""What is worked out once a run, and not for each of a thousand tests: the app of an
installation with its address map and its templates.

An app is made anew when its settings or its pages are others. Otherwise the one of a
test that is over gets the services of the next. Whoever changed more than a setting of
Flask's (a view added, a template replaced) is the last who has it.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from jinja2 import FileSystemBytecodeCache

from scheduler.web.app import create_app
from scheduler.web.sessions import Sessions

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from scheduler.web.shell import Services, WebSettings

_FOLDER: Final = mkdtemp(prefix="templates-")
TEMPLATES: Final = FileSystemBytecodeCache(_FOLDER)
atexit.register(rmtree, _FOLDER, ignore_errors=True)

_Kept = tuple[Hashable, Hashable, dict[str, Any]]
_free: Final[dict[Hashable, list[Flask]]] = {}
_lent: Final[dict[Flask, _Kept]] = {}


def app(
    services: Services,
    settings: WebSettings,
    pages: Iterable[Blueprint],
    finish: Callable[[Flask], None] | None = None,
) -> Flask:
    """An app as it was first made, until `give_back`. `finish` is done to a new one."""
    key = (settings, tuple(pages), finish)
    if _free.get(key):
        made = _free[key].pop()
        made.extensions["quietline.services"] = services
        made.extensions["quietline.settings"] = settings
        made.session_interface = Sessions(services.house.tokens, settings)
        # Flask takes no view after a first request; a test may add one all the same.
        made._got_first_request = False
    else:
        made = create_app(services, settings, key[1])
        made.jinja_env.bytecode_cache = TEMPLATES
        if finish is not None:
            finish(made)
    _lent[made] = (key, _shape(made), dict(made.config))
    return made


def give_back(made: Flask) -> None:
    """The test that had it is over."""
    key, shape, config = _lent.pop(made)
    made.config.clear()
    made.config.update(config)
    if _shape(made) == shape:
        _free.setdefault(key, []).append(made)


@contextmanager
def giving_back() -> Iterator[None]:
    """Whatever is lent meanwhile is given back at the end."""
    before = set(_lent)
    yield
    for each in set(_lent) - before:
        give_back(each)


def _shape(made: Flask) -> Hashable:
    """What differs when somebody has done more to an app than ask it for pages."""
    env = made.jinja_env
    handlers = [
        each
        for by_code in made.error_handler_spec.values()
        for each in by_code.values()
    ]
    hooks = (
        *made.before_request_funcs.values(),
        *made.after_request_funcs.values(),
        *made.teardown_request_funcs.values(),
        *handlers,
    )
    return (
        frozenset((each.rule, each.endpoint) for each in made.url_map.iter_rules()),
        frozenset((name, id(view)) for name, view in made.view_functions.items()),
        frozenset((name, id(each)) for name, each in env.globals.items()),
        frozenset((name, id(each)) for name, each in env.filters.items()),
        (id(env.loader), id(vars(made).get("wsgi_app"))),
        # Asking for a handler leaves an empty place where there is none.
        sum(map(len, hooks)),
    )
