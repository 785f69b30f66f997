"""`quietline import`: clients and plans from a sheet."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scheduler.cli import asking, environment
from scheduler.domain.errors import Misread, QuietlineError

if TYPE_CHECKING:
    from scheduler.services.in_and_out.imports import Looked

_NOBODY: Final = (
    "Nothing was brought in. This takes a supervisor’s name, password and code. Check "
    "all three."
)


class Refused(QuietlineError):
    """The same sentence whatever was wrong."""


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser(
        "import",
        help="open files from a sheet (CSV): all of it or nothing",
        description=(
            "Opens a file for each line of FILE, with its plan, which stays suspended "
            "until somebody has talked with her. Nothing is sent. With --dry-run it "
            "only says, line by line and column, what is wrong. Takes a supervisor's "
            "password and second factor. The columns: docs/operations/sheets.md."
        ),
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    parser.add_argument(
        "--as", dest="name", metavar="NAME", required=True, help="the supervisor"
    )
    parser.add_argument("--password-file", type=Path)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Look through it, bring it in unless told not to, say what came of it."""
    from scheduler.services.house import Actor
    from scheduler.services.in_and_out import imports
    from scheduler.services.staff.proof import who_proves
    from scheduler.services.staff.sign_in import Accounts
    from scheduler.web.zone_names import zone_named

    content = _content(chosen.file)
    installation = environment.installation()
    house = installation.house
    try:
        accounts = Accounts(house, installation.passwords)
        member = who_proves(accounts, asking.proof(chosen.name, chosen.password_file))
        if member is None or member.role is not imports.MAY:
            raise Refused(_NOBODY)
        actor = Actor(member.id, member.role, member.name)
        act = imports.look if chosen.dry_run else imports.bring_in
        seen = act(house, actor, content, zone_named)
    finally:
        installation.close()
    sys.stdout.write(_said(seen, dry=chosen.dry_run))
    return 1 if seen.wrongs else 0


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misread(
            f"The sheet {path} cannot be read: {error.strerror}. Check its name."
        ) from None


def _said(seen: Looked, *, dry: bool) -> str:
    if seen.wrongs:
        lines = (
            ": ".join(
                part
                for part in (
                    f"line {each.line}" if each.line else "",
                    each.column,
                    each.sentence,
                )
                if part
            )
            for each in seen.wrongs
        )
        return "\nNothing was brought in.\n" + "".join(f"  {each}\n" for each in lines)
    if dry:
        return f"\nAll of it is right: {seen.lines} lines, {seen.plans} with a plan.\n"
    return (
        f"\nBrought in {seen.lines} files, {seen.plans} with a plan. Nothing leaves by "
        f"these before somebody has talked with her.\n{' '.join(seen.codes)}\n"
    )
