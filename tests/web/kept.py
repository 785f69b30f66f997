"""What is worked out once a run, and not for each of a thousand apps: compiled
templates, and the functions that build addresses from rules."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Final

from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

_FOLDER: Final = mkdtemp(prefix="templates-")
TEMPLATES: Final = FileSystemBytecodeCache(_FOLDER)
atexit.register(rmtree, _FOLDER, ignore_errors=True)

_Builder = Callable[..., tuple[str, str]]
_builders: Final[dict[object, _Builder]] = {}


def keep_builders() -> None:
    """Werkzeug writes and compiles two functions for each rule of each app, which took
    half the time of an app's making. They depend on the rule's text alone: converters
    are asked for through the rule they are called on."""
    compile_one: Any = Rule._compile_builder

    def kept(rule: Rule, append_unknown: bool = True) -> _Builder:
        if rule.defaults:
            made: _Builder = compile_one(rule, append_unknown)
            return made
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in _builders:
            _builders[key] = compile_one(rule, append_unknown)
        return _builders[key]

    Rule._compile_builder = kept  # type: ignore[assignment]
