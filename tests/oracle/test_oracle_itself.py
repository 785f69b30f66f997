"""The oracle against every expectation written in a scenario file."""

import tomllib
from pathlib import Path

import pytest

from tests.oracle.expectations import disagreements
from tests.oracle.replay import replay

CHECKOUT = Path(__file__).parents[2]
OWN = CHECKOUT / "tests" / "scenarios"
DESIGN = CHECKOUT.parent / "shared" / "scenarios"


def _files() -> list[Path]:
    folder = OWN if list(OWN.glob("*.toml")) else DESIGN
    return sorted(folder.glob("*.toml")) + sorted((OWN / "more").glob("*.toml"))


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.stem)
def test_the_oracle_meets_what_the_file_expects(path: Path) -> None:
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    assert disagreements(scenario, replay(scenario)) == []
