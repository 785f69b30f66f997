"""docs/asvs.md says of every requirement in scope what shows it, and what it names is
there; and what is shown by reading the source alone is read here."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from scheduler.web.held import is_secret
from tests.contracts import ROOT

PAGE: Final = (ROOT / "docs" / "asvs.md").read_text()
PRODUCT: Final = ("config", "integrations", "scheduler")
TEMPLATES: Final = ROOT / "scheduler" / "web" / "templates"
STATIC: Final = ROOT / "scheduler" / "web" / "static"

# In scope by level: all that concern us of the first two, and the seventeen chosen of
# the third.
IN_SCOPE: Final = {1: 55, 2: 122, 3: 17}

_ROW: Final = re.compile(
    r"^\| (V\d+\.\d+\.\d+) \| ([123]) \| ([^|]+) \| (test|read|not met) \| (.+) \|$",
    re.MULTILINE,
)
_TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_COUNTED, _, _OPTIONAL = PAGE.partition("\n## OpenID Connect")
ROWS: Final = _ROW.findall(_COUNTED)
# What an extra brings with it: chapters 9 and 10, as far as they concern a client.
OPTIONAL: Final = _ROW.findall(_OPTIONAL)


@cache
def names_in(path: Path) -> frozenset[str]:
    """Names of the tests of a file that pytest would collect."""
    tree = ast.parse(path.read_text())
    return frozenset(
        each.name
        for each in tree.body
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    )


def test_every_requirement_in_scope_has_one_line_in_order() -> None:
    ids = [each[0] for each in ROWS]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids, key=lambda each: [*map(int, each[1:].split("."))])
    assert Counter(int(each[1]) for each in ROWS) == IN_SCOPE
    assert len(ROWS) == _COUNTED.count("\n| V")


def test_what_an_extra_brings_has_lines_of_its_own() -> None:
    ids = [each[0] for each in OPTIONAL]
    assert {each.split(".")[0] for each in ids} == {"V9", "V10"}
    assert len(ids) == len(set(ids)) == _OPTIONAL.count("\n| V")
    assert not set(ids) & {each[0] for each in ROWS}


@pytest.mark.parametrize("row", [*ROWS, *OPTIONAL], ids=lambda each: each[0])
def test_what_a_line_names_is_there(row: tuple[str, ...]) -> None:
    _, _, _, kind, evidence = row
    named = _TEST.findall(evidence)
    assert evidence.count("tests/") == len(named) or kind != "test"
    for path, test in named:
        assert test in names_in(ROOT / path), f"{path} has no {test}"
    if kind == "test":
        assert named
    elif kind == "read":
        assert re.search(r"\d{4}-\d\d-\d\d", evidence)
    else:
        assert len(evidence.split()) > 3


def test_the_count_at_the_head_is_that_of_the_lines() -> None:
    for level, many in IN_SCOPE.items():
        kinds = Counter(each[3] for each in ROWS if int(each[1]) == level)
        line = f"| {level} | {many} | {kinds['test']} | {kinds['read']} | "
        assert f"{line}{kinds['not met']} |" in PAGE


# --- Read in the source ------------------------------------------------------------


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    """Every file of the product, by name."""
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(path.read_text()))
        for folder in PRODUCT
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call with the name of what is called, `re.compile` for instance."""
    for name, tree in sources():
        for each in ast.walk(tree):
            if isinstance(each, ast.Call):
                yield name, ast.unparse(each.func), each


def modules() -> Iterator[tuple[str, str]]:
    """Every module that is imported, by file."""
    for name, tree in sources():
        for each in ast.walk(tree):
            if isinstance(each, ast.Import):
                yield from ((name, alias.name) for alias in each.names)
            elif isinstance(each, ast.ImportFrom) and each.module:
                yield name, each.module


def test_the_product_starts_no_program_and_runs_no_text() -> None:
    running = {"eval", "exec", "compile", "os.system", "os.popen", "__import__"}
    running |= {"render_template_string", "jinja_env.from_string"}
    unpacking = {"subprocess", "pickle", "marshal", "shelve", "yaml", "code"}
    assert [(where, what) for where, what, _ in calls() if what in running] == []
    assert [each for each in modules() if each[1] in unpacking] == []
    assert len(list(calls())) > 1_000


def _fixed(node: ast.expr) -> bool:
    """Whether a text is the program's own: written there, or a constant's."""
    match node:
        case ast.Constant():
            fixed = True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            fixed = name.lstrip("_").isupper()
        case ast.Subscript(value=part) | ast.FormattedValue(value=part):
            fixed = _fixed(part)
        case ast.BinOp(left=left, right=right):
            fixed = _fixed(left) and _fixed(right)
        case ast.JoinedStr(values=parts):
            fixed = all(map(_fixed, parts))
        case _:
            fixed = False
    return fixed


# Made of texts that are written beside them: word lists, tables, and the guards.
OWN_TEXTS: Final = {
    "integrations/calendars/troubles.py",
    "scheduler/cli/demo/words.py",
    "scheduler/storage/guards_postgres.py",
    "scheduler/storage/guards_sqlite.py",
    "scheduler/web/phone_words.py",
}


def test_no_pattern_is_made_of_what_somebody_typed() -> None:
    patterns = re.compile(r"re\.(compile|match|search|fullmatch|sub|split|findall)")
    seen = 0
    for where, what, call in calls():
        pattern = patterns.fullmatch(what)
        form = what.endswith(".format") and isinstance(call.func, ast.Attribute)
        if pattern:
            seen += 1
            assert _fixed(call.args[0]), f"{where}: {ast.unparse(call)[:80]}"
        elif form and where not in OWN_TEXTS:
            seen += 1
            text = call.func.value  # type: ignore[attr-defined]
            assert _fixed(text), f"{where}: {ast.unparse(call)[:80]}"
    assert seen > 20


def test_no_script_listens_to_other_windows_or_keeps_anything() -> None:
    scripts = sorted(STATIC.rglob("*.js"))
    assert len(scripts) > 5
    for script in scripts:
        text = script.read_text()
        for never in ("postMessage", "sessionStorage", "indexedDB", "document.cookie"):
            assert never not in text, script.name
        assert not re.search(r"""addEventListener\(\s*["']message["']""", text)
        # Whether single keys are on is all a browser remembers.
        kept = re.findall(r"localStorage\.\w+\((\w+)", text)
        assert set(kept) <= ({"SWITCH"} if script.name == "keys.js" else set())


def test_no_file_is_named_by_whoever_sent_it() -> None:
    named = [
        where
        for where, tree in sources()
        for each in ast.walk(tree)
        if isinstance(each, ast.Attribute) and each.attr == "filename"
    ]
    assert named == []
    said = "Content-Disposition"
    own = [where for where, tree in sources() if said in ast.unparse(tree)]
    assert own == ["scheduler/web/files.py"]


def test_nothing_asks_for_a_hint() -> None:
    fields: set[str] = set()
    for page in sorted((TEMPLATES / "sign_in").glob("*.html")):
        fields |= set(re.findall(r'field\(typed, "(\w+)"', page.read_text()))
    assert {"name", "password", "code"} <= fields
    assert fields <= {
        "name",
        "password",
        "password_old",
        "password_new",
        "code",
        "called",
    }


def test_a_password_is_covered_while_it_is_typed_and_never_held() -> None:
    asked = [
        line
        for page in TEMPLATES.rglob("*.html")
        for line in page.read_text().splitlines()
        if re.search(r'autocomplete="(current|new)-password"', line)
    ]
    assert len(asked) >= 5
    for line in asked:
        assert 'type="password"' in line
        # A form that meets the lock is held, but for what begins like a password.
        [name] = re.findall(r'field\(typed, "(\w+)"', line)
        assert is_secret(name), name


def test_every_page_of_staff_has_its_way_out() -> None:
    base = (TEMPLATES / "base.html").read_text()
    assert 'action="/sign-out"' in base
    whole = [
        page.name
        for page in TEMPLATES.rglob("*.html")
        if "<html" in page.read_text() and page.name not in {"base.html", "plain.html"}
    ]
    # The simulated phone of a demo is no page of staff.
    assert whole == []


def test_what_seals_and_digests_is_of_the_libraries() -> None:
    used = {what for _, what, _ in calls() if re.fullmatch(r"hashlib\.\w+", what)}
    weak = [where for where, what, _ in calls() if what == "hashlib.sha1"]
    assert used <= {"hashlib.sha256", "hashlib.shake_256", "hashlib.sha1"}
    # What OpenPGP itself asks for, in the file an agency leaves with.
    assert weak == ["scheduler/storage/passphrase_file.py"]
    modes = {
        what
        for where, module in modules()
        for what in [module]
        if "ciphers" in module and where != "scheduler/storage/passphrase_file.py"
    }
    assert modes == {"cryptography.hazmat.primitives.ciphers.aead"}
    assert [each for each in modules() if each[1] == "random"] == []
