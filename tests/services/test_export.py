"""Everything, in one file that opens without the product: by its own instructions."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from scheduler.domain.people import Person
from scheduler.services.files import people as files
from scheduler.services.house import Identity
from scheduler.services.in_and_out import export
from scheduler.services.in_and_out.export import REFUSED, Refused, Taken
from scheduler.services.staff import second_factors
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.proof import Proof, TooOften
from scheduler.services.staff.second_factors import SetUp
from scheduler.services.staff.sign_in import Accounts, SignedIn
from scheduler.services.staff.throttle import MOST_ACCOUNT, TOO_OFTEN
from scheduler.services.watching import attention_list
from scheduler.storage import (
    accounts,
    interruptions,
    people,
    record_words,
    records,
    tables,
)
from scheduler.storage.plan_document import read_plan
from scheduler.storage.sealed_file import NotUsable
from scheduler.storage.tables import metadata
from scheduler.storage.types import Sealed, instant_text
from tests.contracts import ROOT
from tests.needs import need
from tests.services import filing
from tests.services.sending import Desk
from tests.services.test_fallback import desk, dropped
from tests.stores import CountedEntropy

LEAVING = ROOT / "docs/operations/leaving.md"
PASSWORD = "correct horse battery"
HERSELF = Person(session_name="Rosalind Appletree", cover_topic="the garden, “é”")
NOTE = "She was in the kitchen."
STOPPED = "+14165550142"
PASSWORDS = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


__all__ = ["desk"]


@dataclass(frozen=True)
class Leaving:
    """The agency as it leaves, and her custodian's app."""

    desk: Desk
    doors: Accounts
    app: pyotp.TOTP
    target: Path

    @property
    def code(self) -> str:
        return self.app.at(self.desk.house.now())

    def take(
        self, name: str = "carl", password: str = PASSWORD, code: str = ""
    ) -> Taken:
        return export.take(
            self.desk.house,
            self.doors,
            self.target,
            Proof(name, password, code or self.code),
            CountedEntropy("export"),
        )


@pytest.fixture
def leaving(desk: Desk, tmp_path: Path) -> Leaving:
    """Something in every place that is sealed, and a number that is stopped."""
    house = desk.house
    session = dropped(desk)
    files.edit_person(house, desk.wanda, desk.alma.code, HERSELF)
    now = house.now()
    with house.store.begin() as tx:
        broken = interruptions.latest(tx, session)
        assert broken is not None
        note = (desk.alma.id, "a-key", NOTE)
        interruptions.write(tx, broken.id, now, "note", note=note)
        people.block(tx, tx.vault.index(people.NUMBER, STOPPED), now, "stop")
        kept = PASSWORDS.hash(PASSWORD)
        for each in accounts.members(tx):
            accounts.change_member(tx, each.id, password_hash=kept)
    identity = Identity(house.store.vault.installation, b"m" * 32, production=True)
    doors = Accounts(replace(house, identity=identity), PASSWORDS)
    folder = tmp_path / "leaving"
    folder.mkdir()
    return Leaving(desk, doors, an_app(doors, "carl"), folder / "everything.gpg")


def an_app(doors: Accounts, name: str) -> pyotp.TOTP:
    """Set up as she does it, a step ago."""
    now = doors.house.now() - timedelta(seconds=30)
    answer = doors.sign_in(name, PASSWORD, "203.0.113.7", now)
    assert isinstance(answer, SignedIn)
    offered = second_factors.offer(doors.house, answer.sid, answer.staff_id)
    app = pyotp.TOTP(offered.secret)
    made = second_factors.set_up(
        doors.house, answer.sid, app.at(now), "203.0.113.7", now
    )
    assert isinstance(made, SetUp)
    return app


def opened_as_told(folder: Path, passphrase: str) -> None:
    """What the instructions say, word by word; only the passphrase is not typed."""
    need(shutil.which("gpg"), "gpg (Debian: gnupg)")
    [told] = re.findall(
        r"((?:^    (?:gpg|tar) .*\n)+)", LEAVING.read_text(), re.MULTILINE
    )
    home = folder / "gnupg"
    home.mkdir(mode=0o700)
    (home / "words").write_text(passphrase)
    answers = ("batch", "pinentry-mode loopback", f"passphrase-file {home / 'words'}")
    (home / "gpg.conf").write_text("\n".join(answers))
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", told],
        cwd=folder,
        env={"GNUPGHOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


Found = dict[str, list[dict[str, Any]]]


def read(folder: Path) -> Found:
    """Every record by kind, as the page in it says."""
    found: Found = {}
    for path in sorted((folder / "records").iterdir()):
        kind, _, number = path.stem.rpartition("-")
        assert number.isdigit()
        lines = path.read_text(encoding="utf-8").splitlines()
        found.setdefault(kind, []).extend(map(json.loads, lines))
    return found


@pytest.fixture
def out(leaving: Leaving) -> tuple[Leaving, Taken, Found]:
    taken = leaving.take()
    opened_as_told(leaving.target.parent, taken.passphrase)
    return leaving, taken, read(leaving.target.parent)


def test_it_opens_as_the_instructions_say_and_holds_every_record(
    out: tuple[Leaving, Taken, Found],
) -> None:
    leaving, taken, found = out
    held = {kind: len(lines) for kind, lines in found.items()}
    assert held == taken.held.counts
    with leaving.desk.house.store.reading() as tx:
        for each in records.kinds():
            counted = tx.conn.execute(select(func.count()).select_from(each.table))
            assert held[each.name] == counted.scalar_one(), each.name
    assert held["client"] == 1
    assert held["audit"] > 5
    assert stat.S_IMODE(leaving.target.stat().st_mode) == 0o600


def test_every_value_is_the_one_in_the_database(
    out: tuple[Leaving, Taken, Found],
) -> None:
    leaving, _, found = out
    compared = 0
    with leaving.desk.house.store.reading() as tx:
        for each in records.kinds():
            key = each.table.primary_key.columns
            rows = tx.conn.execute(select(each.table).order_by(*key))
            for row, said in zip(rows, found[each.name], strict=True):
                for column in each.columns:
                    value = getattr(row, column.name)
                    if isinstance(column.type, Sealed):
                        assert (said[column.name] is None) == (value is None)
                        continue
                    compared += 1
                    assert said[column.name] == json.loads(
                        json.dumps(value, default=as_said)
                    )
    assert compared > 100


def as_said(value: datetime | date) -> str:
    return instant_text(value) if isinstance(value, datetime) else value.isoformat()


def test_what_was_sealed_is_open_in_it(out: tuple[Leaving, Taken, Found]) -> None:
    leaving, _, found = out
    [client] = found["client"]
    assert Person(**client["person"]) == HERSELF
    newest = found["plan_version"][-1]
    document = json.dumps(newest["document"]).encode()
    [in_force] = filing.in_force(leaving.desk.house, leaving.desk.alma)
    assert read_plan(document, newest["number"]) == in_force
    assert NOTE in [each["note"] for each in found["interruption_log"]]
    stopped = {"client_id": leaving.desk.alma.id, "number": STOPPED}
    assert found["stopped_numbers"] == [stopped]


def test_the_schema_describes_each_field_and_the_page_each_kind(
    out: tuple[Leaving, Taken, Found],
) -> None:
    leaving, _, found = out
    folder = leaving.target.parent
    schema = json.loads((folder / "schema.json").read_text())
    described = {each["kind"]: each for each in schema["kinds"]}
    assert described.keys() == found.keys()
    for kind, lines in found.items():
        assert described[kind]["records"] == len(lines)
        assert described[kind]["says"], kind
        assert all(line.keys() == described[kind]["fields"].keys() for line in lines)
    session = described["session"]
    assert session["fields"]["counsellor_id"]["refers to"] == "staff.id"
    assert any("'not_joined'" in each for each in session["always holds"])
    page = (folder / "README.txt").read_text()
    assert all(f"\n{kind} (" in page for kind in found)
    assert "code_word.word: never leaves" in page


def test_no_secret_goes_out_with_it(out: tuple[Leaving, Taken, Found]) -> None:
    leaving, _, found = out
    text = json.dumps(found, ensure_ascii=False)
    assert "argon2" not in text
    for words in filing.WORDS.values():
        assert all(word not in text for word in words)
    assert leaving.app.secret not in text
    assert not {"second_factor", "recovery_code", "passkey", "feed"} & found.keys()


def test_that_it_was_taken_is_in_the_trail_and_in_the_file(
    out: tuple[Leaving, Taken, Found],
) -> None:
    leaving, _, found = out
    carl = leaving.desk.office.staff.carl
    line = (carl.id, "agency", "1", [], "")
    assert filing.trail(leaving.desk.house, "took everything") == [line]
    assert "took everything" in [each["verb"] for each in found["audit"]]


def test_a_supervisor_is_told_that_it_was_taken(leaving: Leaving) -> None:
    leaving.take()
    house, staff = leaving.desk.house, leaving.desk.office.staff
    [line] = [
        each
        for each in attention_list.open_list(house, staff.sue)
        if each.item.kind == "unusual_access"
    ]
    assert line.about == staff.carl.name
    assert line.item.matter.startswith("everything:")


def test_nothing_of_anybody_lies_on_the_disk_in_clear(leaving: Leaving) -> None:
    leaving.take()
    assert [each.name for each in leaving.target.parent.iterdir()] == [
        leaving.target.name
    ]
    kept = leaving.target.read_bytes()
    for each in (HERSELF.session_name, NOTE, STOPPED, leaving.desk.alma.code):
        assert each.encode() not in kept


@pytest.mark.parametrize(
    "wrong", ["password", "code", "no such", "supervisor", "shut out"]
)
def test_whoever_may_not_take_it_hears_one_sentence_and_gets_no_file(
    leaving: Leaving, wrong: str
) -> None:
    house = leaving.desk.house
    if wrong == "shut out":
        with house.store.begin() as tx:
            carl = leaving.desk.office.staff.carl
            people.set_shut_out(tx, carl.id, leaving.desk.alma.id, house.now())
    given = {
        "password": ("carl", "another one", leaving.code),
        "code": ("carl", PASSWORD, "000000"),
        "no such": ("karl", PASSWORD, leaving.code),
        "supervisor": ("sue", PASSWORD, leaving.code),
        "shut out": ("carl", PASSWORD, leaving.code),
    }[wrong]
    if wrong == "supervisor":
        app = an_app(leaving.doors, "sue")
        given = ("sue", PASSWORD, app.at(house.now()))
    with pytest.raises(Refused, match=re.escape(REFUSED)):
        leaving.take(*given)
    assert not leaving.target.exists()
    assert filing.trail(house, "took everything") == []


def test_too_many_tries_are_told_so(leaving: Leaving) -> None:
    for _ in range(MOST_ACCOUNT):
        with pytest.raises(Refused):
            leaving.take(password="another one")
    with pytest.raises(TooOften, match=re.escape(TOO_OFTEN)):
        leaving.take()


def test_the_sign_in_that_proved_it_is_over_afterwards(leaving: Leaving) -> None:
    leaving.take()
    with leaving.desk.house.store.reading() as tx:
        carl = leaving.desk.office.staff.carl
        open_ones = select(tables.staff_session.c.ended_at).where(
            tables.staff_session.c.staff_id == carl.id,
            tables.staff_session.c.ended_at.is_(None),
        )
        # The one in which she set up her app goes on.
        assert len(tx.conn.execute(open_ones).all()) == 1


def test_a_file_that_is_there_already_stays_as_it_is(leaving: Leaving) -> None:
    leaving.target.write_text("another")
    with pytest.raises(NotUsable, match="already"):
        leaving.take()
    assert leaving.target.read_text() == "another"


def test_every_table_is_handed_out_and_described_or_left_out_with_a_reason() -> None:
    out_ = {each.name for each in records.kinds()}
    short = {
        each.name for each in metadata.sorted_tables if each.info["kept"] == "short"
    }
    assert out_ == record_words.SAYS.keys()
    everything = out_ | short | record_words.LEFT_OUT.keys()
    assert everything == set(metadata.tables)
    for table, column in (*record_words.LEFT_OUT_COLUMNS, *record_words.DOCUMENTS):
        assert column in metadata.tables[table].columns
