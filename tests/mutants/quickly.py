"""A plugin for the tests of a mutant: the quick ones first, and always the same ones.

Few examples, for a thousand mutants each run them; none is made smaller, for nobody
reads it; none is kept, for the next mutant is another. And no chance: a mutant that
survived yesterday survives today.
"""

import json
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests import profiles

STATS = Path("mutmut-stats.json")
FEW = 10

settings.register_profile(
    "mutants",
    parent=settings.get_profile("dev"),
    max_examples=FEW,
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    database=None,
    print_blob=False,
)
settings.load_profile("mutants")
profiles.trials = lambda dev, ci: min(dev, FEW)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By the time each took when nothing was changed, as far as that is known."""
    if STATS.exists():
        took = json.loads(STATS.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda each: took.get(each.nodeid, 0.0))
