"""How much the property tests try: `dev` for every day, `ci` for the full numbers, and
`assure` for what `make assure` tries.

Chosen by HYPOTHESIS_PROFILE. A test with a number of its own says both, and a third
where `make assure` goes further:

    @settings(max_examples=trials(200, 10_000))

By the fixture `tells` a test says what it did: `tells(trials=…, seed=…, hit={…})`.
"""

import os
from collections.abc import Callable
from typing import Final

from hypothesis import HealthCheck, settings

Tells = Callable[..., None]

PROFILES: Final = ("dev", "ci", "assure")
profile: Final = os.environ.get("HYPOTHESIS_PROFILE", "dev")
if profile not in PROFILES:
    raise SystemExit(f"HYPOTHESIS_PROFILE is “{profile}”. It may be dev, ci or assure.")

for _name, _examples in (("dev", 40), ("ci", 300), ("assure", 300)):
    settings.register_profile(
        _name,
        max_examples=_examples,
        stateful_step_count=20 if _name == "dev" else 50,
        # A shared machine is slow at times, which says nothing about the code.
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        # Hypothesis would fix its choices where CI is set: it would look less.
        derandomize=False,
        print_blob=True,
    )
settings.load_profile(profile)


def trials(dev: int, ci: int, assure: int | None = None) -> int:
    """How many trials this run makes: few every day, the full number in CI."""
    if profile == "assure" and assure is not None:
        return assure
    return dev if profile == "dev" else ci
