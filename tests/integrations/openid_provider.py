"""A real OpenID provider, as people run it: `python -m oidc_provider_mock`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import parse_qs, urlsplit

import requests

from tests.cli.test_worker import free_port

SECONDS: Final = 60.0


@contextmanager
def provider() -> Iterator[str]:
    """Its address, once it answers."""
    port = free_port()
    command = (sys.executable, "-m", "oidc_provider_mock", "--port", str(port))
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://127.0.0.1:{port}"
        end = time.monotonic() + SECONDS
        while True:
            try:
                requests.get(address, timeout=1)
            except requests.RequestException:
                assert time.monotonic() < end, "The provider does not come up."
                time.sleep(0.1)
            else:
                break
        yield address
        process.kill()


def sign_in(address: str, who: str) -> dict[str, str]:
    """What her browser does there, and the fields with which it is sent back."""
    answer = requests.post(
        address, data={"sub": who}, allow_redirects=False, timeout=SECONDS
    )
    assert answer.status_code in {302, 303}, answer.text
    back = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(back.query).items()}
