"""How much the property tests try: `dev` for every day, `ci` for the full numbers.

Chosen by HYPOTHESIS_PROFILE. A test with a number of its own says both:

    @settings(max_examples=trials(200, 10_000))
"""

import os
from typing import Final

from hypothesis import HealthCheck, settings

PROFILES: Final = ("dev", "ci")
profile: Final = os.environ.get("HYPOTHESIS_PROFILE", "dev")
if profile not in PROFILES:
    raise SystemExit(f"HYPOTHESIS_PROFILE is “{profile}”. It may be dev or ci.")

for _name, _examples in (("dev", 40), ("ci", 300)):
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


def trials(dev: int, ci: int) -> int:
    """How many trials this run makes: few every day, the full number in CI."""
    return ci if profile == "ci" else dev
