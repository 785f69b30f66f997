"""`quietline doctor`: one screen of what is right and what is not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from scheduler.cli import environment
from scheduler.domain.errors import Misconfigured, StorageUnavailable

if TYPE_CHECKING:
    from config.settings import Settings
    from scheduler.services.doctor import Finding
    from scheduler.services.house import House

RIGHT, TO_LOOK_AT, WRONG = 0, 1, 3
_MARKS: Final = {"right": "  ", "look": "? ", "wrong": "! "}
_SECONDS: Final = 10.0


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser(
        "doctor",
        help="what is right and what is not, with what puts it right",
        description=(
            "Looks at everything a machine can see, and changes nothing. Ends with 0 "
            "when all is right, 1 when something is to be looked at, 3 when something "
            "is to be put right."
        ),
    )
    parser.add_argument("--json", action="store_true", help="for a program to read")
    parser.add_argument(
        "--tell",
        action="store_true",
        help="also tell the agency's own phone and mailbox now, to try it",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Look, and say what was found."""
    from scheduler.services.doctor import State, worst

    found = sorted(_findings(tell=chosen.tell), key=_worst_first)
    write = _as_json if chosen.json else _as_text
    sys.stdout.write(write(found))
    codes = {State.RIGHT: RIGHT, State.LOOK: TO_LOOK_AT, State.WRONG: WRONG}
    return codes[worst(found)]


def _worst_first(finding: Finding) -> int:
    """What is to be put right stands at the top of the screen."""
    return -list(_MARKS).index(finding.state.value)


def _findings(*, tell: bool) -> Iterator[Finding]:
    from config.checks import Level, problems
    from scheduler.cli import machine
    from scheduler.services import doctor

    try:
        settings = environment.settings()
    except Misconfigured as amiss:
        for sentence in str(amiss).splitlines():
            yield doctor.wrong("settings", sentence, "Put the environment right.")
        return
    stops = False
    for each in problems(settings):
        stops = stops or each.level is Level.ERROR
        make = doctor.wrong if each.level is Level.ERROR else doctor.look
        yield make("settings", each.sentence, each.remedy)
    if stops:
        return
    yield doctor.right("settings", "Nothing in them keeps it from starting.")
    yield from machine.findings(settings)
    try:
        installation = environment.installation(pending_ok=True)
    except (Misconfigured, StorageUnavailable) as amiss:
        yield doctor.wrong("installation", "It cannot be opened.", str(amiss))
        return
    try:
        yield from _opened(settings, installation.house, tell=tell)
    finally:
        installation.close()


def _opened(settings: Settings, house: House, *, tell: bool) -> Iterator[Finding]:
    from scheduler.services import doctor

    yield from doctor.examine(house)
    if house.sends_for_real:
        yield from _callbacks(settings)
    if tell:
        yield from doctor.tell(house)


def _callbacks(settings: Settings) -> Iterator[Finding]:
    """Whether what answers at the public address is this, and refuses the unsigned."""
    from scheduler.services import doctor
    from scheduler.web.callbacks import TEXT_PATH

    address = settings.public_url + TEXT_PATH
    status = _posted(address)
    if status == 403:  # noqa: PLR2004 - what an unsigned post must be answered with
        yield doctor.right(
            "callbacks",
            "The public address answers, and refuses what is not signed. Seen from "
            "this machine only.",
        )
        return
    said = f"answers {status}" if status else "does not answer"
    yield doctor.wrong(
        "callbacks",
        f"{settings.public_url} {said}, so no STOP and no receipt would arrive.",
        "Let the web server in front pass /callbacks on, and look at its certificate.",
    )


def _posted(address: str) -> int:
    """The status an unsigned post is answered with; 0 for no answer."""
    from http.client import HTTPConnection, HTTPException, HTTPSConnection
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    try:
        line.request("POST", parts.path, body="")
        return line.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        line.close()


def _as_text(found: list[Finding]) -> str:
    lines = []
    for each in found:
        lines.append(f"{_MARKS[each.state.value]}{each.name}: {each.sentence}")
        if each.remedy:
            lines.append(f"    → {each.remedy}")
    counted = {
        state: sum(each.state.value == state for each in found) for state in _MARKS
    }
    lines.append(
        f"{counted['right']} right, {counted['look']} to look at, "
        f"{counted['wrong']} to put right."
    )
    return "\n".join(lines) + "\n"


def _as_json(found: list[Finding]) -> str:
    from scheduler.services.doctor import worst

    said = {
        "worst": worst(found).value,
        "findings": [
            {
                "name": each.name,
                "state": each.state.value,
                "sentence": each.sentence,
                "remedy": each.remedy,
            }
            for each in found
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"
