"""A plugin for the tests of a mutant: the quick ones first, and always the same ones.

No example is made smaller, for nobody reads it; none is kept, for the next mutant is
another; and no chance: a mutant that survived yesterday survives today.
"""

import json
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.profiles import profile

STATS = Path("mutmut-stats.json")

settings.register_profile(
    "mutants",
    parent=settings.get_profile(profile),
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    database=None,
    print_blob=False,
)
settings.load_profile("mutants")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By the time each took when nothing was changed, as far as that is known."""
    if STATS.exists():
        took = json.loads(STATS.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda each: took.get(each.nodeid, 0.0))
