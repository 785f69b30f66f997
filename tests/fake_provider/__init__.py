"""A provider of texts that is a process of its own, for tests: it speaks enough of
Twilio's interface to be taken for it, keeps what it took on the disk, and misbehaves as
told. Nothing reaches anybody.

    with running(folder) as provider:
        provider.behave("took_it_reset")
        ...
        assert provider.violations() == []
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

ACCOUNT: Final = "AC" + "a1" * 16
KEY: Final = "SK" + "b2" * 16
SECRET: Final = "made-up-secret-of-an-api-key-123"
TOKEN: Final = "c3" * 16
OUR_NUMBER: Final = "+14165550100"
ROOT: Final = Path(__file__).resolve().parent.parent.parent


@dataclass
class FakeProvider:
    """A running one."""

    url: str
    process: subprocess.Popen[str]

    def behave(self, behaviour: str, *, times: int | None = None) -> None:
        """How the next requests to send are answered; for so many, or until told."""
        self._control("behave", {"behaviour": behaviour, "times": times})

    def removing(self, behaviour: str) -> None:
        """How requests to remove a body are answered: `well`, `not_yet`, `refused`."""
        self._control("removing", {"behaviour": behaviour})

    def deliver_to(self, origin: str, *, receipts: Sequence[str] = ()) -> None:
        """Where callbacks are posted to, whatever host they are signed for; `receipts`
        follow each text by themselves."""
        self._control("deliver_to", {"origin": origin, "receipts": list(receipts)})

    def taken(self) -> list[dict[str, Any]]:
        """What it took, as it keeps it, in order."""
        found: list[dict[str, Any]] = self._control("taken", {})
        return found

    def asked(self) -> int:
        """How many requests to send came in; what it took of them is written."""
        return int(self._control("asked", {}))

    def violations(self) -> list[str]:
        """What it was asked that must never be asked (bar-W3)."""
        found: list[str] = self._control("violations", {})
        return found

    def forget(self) -> None:
        """As if it had just started with an empty book."""
        self._control("forget", {})

    def forgive(self) -> None:
        """Forget them: the test meant to."""
        self._control("forgive", {})

    def receipt(self, sid: str, status: str, code: str = "") -> int:
        """Post one signed receipt; the status of the answer. Without `deliver_to` the
        text only moves on."""
        told = {"sid": sid, "status": status, "code": code}
        return int(self._control("receipt", told))

    def text(self, number: str, body: str, address: str, opt_out: str = "") -> int:
        """Post one signed text from somebody to an address of ours."""
        told = {"from": number, "body": body, "url": address, "opt_out": opt_out}
        return int(self._control("text", told))

    def _control(self, what: str, told: dict[str, Any]) -> Any:
        asked = Request(
            f"{self.url}/_/{what}", json.dumps(told).encode(), method="POST"
        )
        with urlopen(asked, timeout=20) as answer:
            return json.load(answer)


@contextmanager
def running(folder: Path, *, port: int = 0) -> Iterator[FakeProvider]:
    """Start one over what lies in `folder`, and stop it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fake_provider", str(folder), str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield FakeProvider(process.stdout.readline().strip(), process)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
