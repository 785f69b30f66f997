"""`quietline audit`: an anchor to keep, and whether the trail was changed."""

import sqlite3

from tests.cli.conftest import Place, Run


def test_an_anchor_is_printed_and_the_trail_is_whole(place: Place, run: Run) -> None:
    printed = run(place, "audit", "anchor")
    assert printed.code == 0
    seen = run(place, "audit", "verify", "--anchor", printed.out.strip())
    assert seen.code == 0
    assert "no fault" in seen.out


def test_a_changed_line_is_named(place: Place, run: Run) -> None:
    run(place, "audit", "anchor")
    with sqlite3.connect(place.database) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            if name.startswith("audit_only_grows"):
                db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE audit SET verb = 'something else' WHERE id = 1")
    seen = run(place, "audit", "verify")
    assert seen.code == 1
    assert "Entry 1 was changed." in seen.out


def test_what_is_no_anchor_is_said(place: Place, run: Run) -> None:
    seen = run(place, "audit", "verify", "--anchor", "twelve")
    assert seen.code == 1
    assert "no anchor" in seen.err
