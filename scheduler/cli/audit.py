"""`quietline audit`: whether the trail of who did what was changed, and where (E8)."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from scheduler.cli import environment

_SAID = {
    "changed": "was changed",
    "deleted": "is gone",
    "inserted": "was put in afterwards",
    "reordered": "is not in its place",
    "seal_missing": "comes after seals that are gone",
    "cut_off": "is the last one: what followed it is gone",
    "other": "has another seal than the anchor",
}


def add(commands: Any) -> None:
    """The command and its acts."""
    parser = commands.add_parser("audit", help="the trail of who did what")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    verifying = acts.add_parser(
        "verify",
        help="look whether the trail was changed, and where",
        description=(
            "Walks along the whole trail. 0 when nothing was found, 1 when something "
            "was. What was cut off at its end is found with an anchor only."
        ),
    )
    verifying.set_defaults(run=run)
    verifying.add_argument("--anchor", help="what “quietline audit anchor” printed")
    acts.add_parser(
        "anchor",
        help="print the last seal, to be kept on paper or elsewhere",
    ).set_defaults(run=run)
    acts.add_parser(
        "cut",
        help="take out lines whose time is over, where the worker may not",
        description=(
            "For the role that owns the tables on PostgreSQL. The worker does it by "
            "itself wherever it may. The chain stays whole, by a signed cut."
        ),
    ).set_defaults(run=run_cut)


def run_cut(_: argparse.Namespace) -> int:
    """Take out what is over; say how much."""
    from scheduler.services.files import retention

    installation = environment.installation()
    try:
        gone = retention.purge_trail(installation.house)
    finally:
        installation.close()
    sys.stdout.write(f"{gone} entries were taken out.\n")
    return 0


def run(chosen: argparse.Namespace) -> int:
    """Verify, or print the anchor."""
    from scheduler.domain.audit_chain import Anchor
    from scheduler.domain.errors import Misread
    from scheduler.services.traces import audit_chain

    anchor = Anchor.read(chosen.anchor) if getattr(chosen, "anchor", None) else None
    if getattr(chosen, "anchor", None) and anchor is None:
        raise Misread(
            "This is no anchor. Give a number, a dash and 64 hexadecimal digits, as "
            "“quietline audit anchor” prints them."
        )
    installation = environment.installation()
    try:
        if chosen.act == "anchor":
            audit_chain.seal(installation.house)
        found = audit_chain.verify(installation.house, anchor)
    finally:
        installation.close()
    for each in found.faults:
        sys.stdout.write(f"Entry {each.entry_id} {_SAID[each.kind.value]}.\n")
    if chosen.act == "anchor":
        sys.stdout.write(f"{found.head}\n")
    else:
        sys.stdout.write(
            f"{found.sealed} entries are sealed, {found.unsealed} are newer than the "
            f"last seal; {len(found.faults) or 'no'} fault(s).\n"
        )
    return 0 if found.whole else 1
