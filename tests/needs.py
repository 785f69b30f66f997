"""What some tests need besides Python: missing in CI is a failure, elsewhere a skip."""

import os

import pytest


def need(there: object, what: str) -> None:
    """Skip, or fail where CI is set, unless `there`. `what` says what is missing."""
    if there:
        return
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"This needs {what}, and in CI nothing may be left out.")
    pytest.skip(f"This needs {what}.")
