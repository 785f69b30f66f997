"""Finds by reading syntax trees what import contracts cannot show.

Names are followed to where they were imported from, so an alias hides nothing. Each
detector takes a Module and gives what it found; `tests/test_architecture.py` shows
each that it sees.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import Final

CLEARED: Final = "scheduler.ports.Cleared"
ZONE_MAKERS: Final = re.compile(r"(zoneinfo\.ZoneInfo|dateutil\.tz|pytz)\b.*")
CLOCKS: Final = re.compile(
    r"""datetime\.datetime\.(now|utcnow|today) | datetime\.date\.today
    | time\.(time|monotonic|perf_counter|process_time|thread_time|clock_gettime)(_ns)?
    | time\.(localtime|gmtime|ctime|asctime|strftime)
    | secrets\..+ | random\..+ | uuid\.uuid[14] | os\.(urandom|getrandom|times)""",
    re.VERBOSE,
)
DATABASE_CLOCKS: Final = re.compile(
    r"sqlalchemy\.(sql\.)?(expression\.)?func\."
    r"(now|random|current_\w+|localtime\w*|\w+_timestamp|gen_random_uuid|julianday)"
)
# In a statement, not in a sentence: “right now” is no reading of a clock.
SQL_CLOCKS: Final = re.compile(
    r"current_timestamp\b|(?-i:CURRENT_(DATE|TIME))\b|\bnow\(|'now'|(clock|statement)_timestamp\("
    r"|\brandom\(|gen_random_uuid\(",
    re.IGNORECASE,
)
# Standard library that reads or changes something outside the program.
NOT_PLAIN: Final = frozenset(
    """
    asyncio builtins concurrent ctypes glob http importlib io locale logging
    multiprocessing os pathlib pickle platform queue random sched secrets select
    shelve shutil signal site smtplib socket socketserver sqlite3 ssl subprocess sys
    tempfile threading time urllib uuid webbrowser
    """.split()  # noqa: SIM905  (a column of 40 names would be no clearer)
)


class Module:
    """One file, read. `path` is relative to the checkout."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.tree = ast.parse(text, path)

    @cached_property
    def imports(self) -> list[str]:
        """The full name of everything imported, wherever in the file."""
        return [*self._sources.values(), *self._plain]

    @cached_property
    def used(self) -> list[str]:
        """The full name of everything used outside annotations and import lines."""
        skipped = set(self._annotations())
        inner = {
            id(node.value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Attribute)
        }
        return [
            name
            for node in ast.walk(self.tree)
            if id(node) not in skipped and id(node) not in inner
            if (name := self._full_name(node)) is not None
        ]

    @cached_property
    def attributes(self) -> list[str]:
        """The last name of everything reached by a dot, or by `getattr`."""
        by_dot = [n.attr for n in ast.walk(self.tree) if isinstance(n, ast.Attribute)]
        return [*by_dot, *self._by_getattr()]

    @cached_property
    def texts(self) -> list[str]:
        """Every string but those that stand alone, as docstrings do."""
        alone = {
            id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)
        }
        return [
            node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in alone
        ]

    @cached_property
    def _sources(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                for each in node.names:
                    found[each.asname or each.name] = f"{node.module}.{each.name}"
            elif isinstance(node, ast.Import):
                for each in node.names:
                    if each.asname:
                        found[each.asname] = each.name
                    else:
                        first = each.name.partition(".")[0]
                        found[first] = first
        return found

    @cached_property
    def _plain(self) -> list[str]:
        return [
            each.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Import)
            for each in node.names
        ]

    def _full_name(self, node: ast.AST) -> str | None:
        if isinstance(node, ast.Name):
            return self._sources.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._full_name(node.value)
            return f"{owner}.{node.attr}" if owner else None
        return None

    def _annotations(self) -> Iterator[int]:
        for node in ast.walk(self.tree):
            annotation = getattr(node, "annotation", None) or getattr(
                node, "returns", None
            )
            if isinstance(annotation, ast.AST):
                yield from (id(each) for each in ast.walk(annotation))

    def _by_getattr(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            match node:
                case ast.Call(
                    func=ast.Name(id="getattr" | "attrgetter"),
                    args=[*_, ast.Constant(value=str(name))],
                ):
                    yield name


def cleared_messages(module: Module) -> set[str]:
    """Uses of `Cleared` other than as a type: each could build one."""
    return {name for name in module.used if name == CLEARED}


def sends(module: Module) -> set[str]:
    """Anything called `send` reached on an object, called or not."""
    return {name for name in module.attributes if name == "send"}


def zones(module: Module) -> set[str]:
    """Uses of what makes a zone of a name."""
    return {name for name in module.used if ZONE_MAKERS.fullmatch(name)}


def clock_reads(module: Module) -> set[str]:
    """Readings of the system's clock or of its randomness."""
    made = {name for name in module.attributes if name == "generate_key"}
    return made | {name for name in module.used if CLOCKS.fullmatch(name)}


def database_clock_reads(module: Module) -> set[str]:
    """Readings of the database's clock or randomness, by function or in a statement."""
    called = {name for name in module.used if DATABASE_CLOCKS.fullmatch(name)}
    return called | {text for text in module.texts if SQL_CLOCKS.search(text)}


def imports_that_are_not_plain(module: Module) -> set[str]:
    """Imports other than the domain's own and the harmless standard library."""
    return {name for name in module.imports if not _is_plain(name)}


def _is_plain(name: str) -> bool:
    first = name.partition(".")[0]
    if first == "scheduler":
        return name.startswith("scheduler.domain")
    return first in sys.stdlib_module_names and first not in NOT_PLAIN
