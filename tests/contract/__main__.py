"""`python -m tests.contract`: 0 when everything held or could not be tried, else 1."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.contract import emulator, proxy
from tests.contract.node import Missing, Node
from tests.fake_provider import ROOT

DESCRIPTION: Final = "../shared/contracts/twilio_api_v2010.json"


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary one, or the one that is named: then nothing is fetched twice."""
    named = os.environ.get("CONTRACT_FOLDER")
    if named:
        Path(named).mkdir(parents=True, exist_ok=True)
        yield Path(named)
        return
    made = Path(tempfile.mkdtemp(prefix="quietline-contract-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def main() -> int:
    """Run both parts; a part that cannot run says why."""
    description = Path(os.environ.get("TWILIO_CONTRACT", ROOT / DESCRIPTION))
    wrongs: list[str] = []
    with _folder() as folder:
        for name, part in (
            ("description", lambda node: proxy.held_to(description, node)),
            ("emulator", emulator.heard_from),
        ):
            try:
                found = part(Node(folder))
            except Missing as missing:
                print(f"{name}: skipped. {missing}")  # noqa: T201
                continue
            for line in found.lines:
                print(f"{name}: {line}")  # noqa: T201
            wrongs += [f"{name}: {each}" for each in found.wrongs]
    for each in wrongs:
        print(f"WRONG {each}")  # noqa: T201
    return 1 if wrongs else 0


sys.exit(main())
