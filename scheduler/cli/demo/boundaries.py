"""Who does not see whom in the demo: staff who know a client or her partner, and files
that must never meet (E4, E5)."""

from __future__ import annotations

from functools import partial
from typing import Final

from scheduler.cli.demo.stage import Stage
from scheduler.services.files import apartness

NINE = 9 * 60

# Who, and whose file does not exist for her.
SHUT_OUT: Final = (("asha", "capped"), ("greer", "watched"), ("noor", "lamp"))
APART: Final = (("broke", "no_answer"), ("stand_in", "landline"))


def draw(stage: Stage) -> None:
    """A supervisor heard of it a week ago, and wrote it down."""
    for number, (staff, name) in enumerate(SHUT_OUT):
        when = stage.wall(-7, NINE + 10 * number)
        stage.at(when, partial(_shut_out, stage, staff, name))
    for number, (one, other) in enumerate(APART):
        when = stage.wall(-7, NINE + 60 + 10 * number)
        stage.at(when, partial(_keep_apart, stage, one, other))


def _shut_out(stage: Stage, staff: str, name: str) -> None:
    salma, who = stage.actors["salma"], stage.actors[staff].id
    apartness.shut_out(stage.house, salma, stage.codes[name], who)


def _keep_apart(stage: Stage, one: str, other: str) -> None:
    salma = stage.actors["salma"]
    apartness.keep_apart(stage.house, salma, stage.codes[one], stage.codes[other])
