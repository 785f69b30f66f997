"""Our own changes are made where they should be, the judge sees what is wrong, and the
list of survivors fits the tree."""

import json
from pathlib import Path

import libcst as cst
import pytest

from tests.mutants import changes
from tests.mutants.run import Tried, function_of, page, read
from tests.mutants.survivor import Survivor, from_diff, judge, listed
from tests.plant.run import ROOT

MAY = listed()


def changed(source: str) -> list[str]:
    """The source after each of our changes, one at a time."""
    module = cst.parse_module(source)
    found: list[str] = []

    class Changer(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            for kind, operator in changes.OURS:
                if isinstance(node, kind):
                    found.extend(
                        module.deep_replace(node, other).code.strip()
                        for other in operator(node)
                    )
            return True

    module.visit(Changer())
    return found


@pytest.mark.parametrize(
    ("source", "becomes"),
    [
        ("if found: stop", ["if (not found): stop"]),
        ("while near(it): stop", ["while (not near(it)): stop"]),
        ("[x for x in y if x.on]", ["[x for x in y if (not x.on)]"]),
        ("z = a and b < c", ["z = (not a) and b < c"]),
        ("z = a or b", ["z = (not a) or b", "z = a or (not b)"]),
        ("expire(tx)", ["pass"]),
        ("raise NotThere", ["pass"]),
        ("yield reason", ["(yield from ())"]),
        # These mutmut changes itself, or there is nothing to see.
        ("if a < b: stop", []),
        ("if not a: stop", []),
        ('"""Says what it does."""', []),
        ("x = count(tx)", []),
    ],
)
def test_what_mutmut_leaves_alone_is_changed_too(
    source: str, becomes: list[str]
) -> None:
    assert changed(source) == becomes


DIFF = """\
--- scheduler/domain/hours.py
+++ scheduler/domain/hours.py
@@ -1,4 +1,4 @@
 def f(day):
-    return day in \\
-        span
+    return day not in span
"""
ONE = Survivor("scheduler/domain/hours.py", "f", "day in span", "day not in span")


def test_a_survivor_is_known_by_its_lines_and_not_by_a_number() -> None:
    assert from_diff("hours.py", "f", DIFF) == Survivor(
        "hours.py", "f", "return day in \\ span", "return day not in span"
    )
    assert function_of("scheduler.domain.hours.x_openings__mutmut_3") == "openings"
    method = "scheduler.domain.hours.xǁHoursǁranges_on__mutmut_12"
    assert function_of(method) == "Hours.ranges_on"


def test_who_is_not_listed_and_who_no_longer_survives_is_said() -> None:
    assert judge([ONE], {ONE: "why"}) == []
    [unlisted] = judge([ONE], {})
    assert unlisted.startswith("Survived and not listed: scheduler/domain/hours.py f")
    [killed] = judge([], {ONE: "why"})
    assert killed.startswith("Listed and killed now: scheduler/domain/hours.py f")


def test_only_red_and_endless_count_as_killed(tmp_path: Path) -> None:
    meta = tmp_path / "mutants" / "scheduler" / "domain" / "hours.py.meta"
    meta.parent.mkdir(parents=True)
    exits = {"red": 1, "endless": -24, "green": 0, "untested": 33, "unknown": None}
    meta.write_text(json.dumps({"exit_code_by_key": exits}))
    [tried] = read(tmp_path)
    assert tried == Tried("scheduler/domain/hours.py", exits)
    assert tried.survived == ["green", "untested", "unknown"]
    assert (tried.endless, tried.share) == (1, pytest.approx(40))
    written = page([tried], {ONE: "It is the same."})
    assert "| `scheduler/domain/hours.py` | 5 | 2 | 1 | 3 | 40.0 % |" in written
    assert "- `f`: `day in span` → `day not in span`. It is the same." in written


@pytest.mark.parametrize("one", MAY, ids=lambda each: f"{each.function}: {each.was}")
def test_a_listed_survivor_fits_the_tree_and_has_a_reason(one: Survivor) -> None:
    source = " ".join((ROOT / one.file).read_text(encoding="utf-8").split())
    assert f"def {one.function.rpartition('.')[2]}(" in source
    assert " ".join(one.was.split()) in source
    assert one.was != one.becomes
    assert len(MAY[one]) > len("It is the same.")
