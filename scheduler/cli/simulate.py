"""`quietline simulate`: replay an agency on a made-up clock, no phone rings."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """The command and its arguments."""
    parser = commands.add_parser(
        "simulate",
        help="replay scenario files on a made-up clock and say what differs",
        description=(
            "Replays each file through the real rules, storage, gate and delivery on "
            "a fresh database. Prints a line a file; exit 0 only if all hold, 2 if a "
            "file is malformed."
        ),
    )
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
    parser.add_argument("--seed", type=int, default=1, help="for the random minutes")
    parser.add_argument(
        "--json", action="store_true", help="print every event and decision"
    )
    parser.add_argument(
        "--postgres", metavar="URL", help="a PostgreSQL server, instead of SQLite"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="so many workers at once, with --postgres",
    )
    parser.add_argument(
        "--every-minute",
        action="store_true",
        help="tick also in minutes in which nothing can happen (slow)",
    )
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Replay the files; the exit code."""
    if chosen.workers < 1 or (chosen.workers > 1 and chosen.postgres is None):
        sys.stderr.write(
            "Several workers need a PostgreSQL server: name it with --postgres.\n"
        )
        return 2
    worst = 0
    for path in chosen.files:
        worst = max(worst, _one(path, chosen))
    return worst


def _one(path: Path, chosen: argparse.Namespace) -> int:
    from config.wiring import simulation
    from scheduler.services.simulation.comparing import differences
    from scheduler.services.simulation.reading import Unreadable, read_scenario
    from scheduler.services.simulation.replay import replay

    try:
        scenario = read_scenario(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as wrong:
        what = getattr(wrong, "strerror", None) or "it is not text in UTF-8"
        sys.stderr.write(f"{path}: cannot be read: {what}.\n")
        return 2
    except Unreadable as wrong:
        sys.stderr.write(f"{path}: {wrong}\n")
        return 2
    with simulation(seed=chosen.seed, postgres=chosen.postgres) as build:
        trace = replay(
            scenario, build, every_minute=chosen.every_minute, workers=chosen.workers
        )
    differing = differences(scenario, trace)
    if chosen.json:
        told = {
            "file": str(path),
            "title": scenario.title,
            "holds": not differing,
            "differences": differing,
            **trace.plain(),
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{path}: {'ok' if not differing else ' '.join(differing)}\n")
    return 1 if differing else 0
