"""What happens in a made-up agency after the first bookings."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.oracle.state import Session
from tests.oracle.wall_time import DAY, EPOCH
from tests.oracle.world import World

StepFields = tuple[int, str, dict[str, Any]]
STOPS = ["STOP", "Stop", "arrêtez svp", "ya no me escriba", "pls no more texts", "QUIT"]
OTHERS = ["Who is this?", "START", "ok", "Wrong number", "HELP", "Gracias"]
CODES = ["30003", "30005", "30006", "30007", "30008"]


def _maybe(rng: random.Random, percent: int) -> bool:
    return rng.randrange(100) < percent


class _Maker:
    """Draws the later steps of one agency."""

    def __init__(
        self, rng: random.Random, scenario: dict[str, Any], world: World
    ) -> None:
        self.rng = rng
        self.scenario = scenario
        self.world = world
        self.first = int((scenario["from"] - EPOCH).total_seconds()) // 60
        self.last = int((scenario["until"] - EPOCH).total_seconds()) // 60
        self.clients = [one["id"] for one in scenario["client"]]
        self.numbers = [
            one["address"]
            for client in scenario["client"]
            for one in client.get("channel", [])
        ]

    def when(self) -> int:
        """Any minute of the week, or one close to a planned text."""
        near = self.world.state.messages
        if near and _maybe(self.rng, 40):
            message = self.rng.choice(near)
            minute = message.at + self.rng.randint(-40, 60)
            return max(self.first + 1, min(self.last - 1, minute))
        return self.rng.randrange(self.first + 1, self.last)

    def asks(self) -> Iterator[StepFields]:
        """Questions to the gate."""
        for _ in range(self.rng.randint(3, 8)):
            yield (
                self.when(),
                "ask",
                {
                    "client": self.rng.choice(self.clients),
                    "channel": self.rng.choice(["sms", "sms", "voice"]),
                    "purpose": self.rng.choice(["reminder", "change", "call_back"]),
                },
            )

    def plans(self) -> Iterator[StepFields]:
        """Plans suspended, confirmed, withdrawn, numbers changed, texts in."""
        for _ in range(self.rng.randint(0, 4)):
            client = self.rng.choice(self.clients)
            kind = self.rng.choice(
                ["suspend", "confirm", "confirm", "withdraw", "change_number", "reply"]
            )
            yield from self._about_plan(client, kind)

    def _about_plan(self, client: str, kind: str) -> Iterator[StepFields]:
        at = self.when()
        if kind == "reply":
            number = self.rng.choice([*self.numbers, "+19025550199"])
            body = self.rng.choice(STOPS + OTHERS)
            yield at, "reply", {"from": number, "body": body}
        elif kind == "change_number":
            new = f"+1250555{self.rng.randint(100, 199):04d}"
            fields = {"client": client, "channel": "sms", "address": new}
            if self._has(client, "sms"):
                yield at, kind, {**fields, "line": "own_mobile"}
        elif kind == "withdraw":
            if self._has(client, "sms"):
                yield at, kind, {"client": client, "channel": "sms"}
        else:
            yield at, kind, {"client": client}
        if kind != "confirm" and _maybe(self.rng, 50):
            yield at + self.rng.randint(5, 900), "confirm", {"client": client}

    def _has(self, client: str, kind: str) -> bool:
        for one in self.scenario["client"]:
            if one["id"] == client:
                return any(x["kind"] == kind for x in one.get("channel", []))
        return False

    def machines(self) -> Iterator[StepFields]:
        """The provider, the worker and the switch."""
        rng = self.rng
        if _maybe(rng, 30):
            at = self.when()
            how = ["no_connection", "busy", "times_out", "times_out_but_took_it"]
            yield at, "provider", {"behaves": rng.choice(how * 2 + ["30006", "21610"])}
            if _maybe(rng, 70):
                yield at + rng.randint(3, 600), "provider", {"behaves": "accepts"}
        if _maybe(rng, 20):
            at = self.when()
            yield at, "worker", {"do": "stop"}
            yield at + rng.randint(5, 1500), "worker", {"do": "start"}
        elif _maybe(rng, 8):
            yield self.when(), "worker", {"do": "kill"}
            yield self.last - rng.randint(2, 30), "worker", {"do": "start"}
        if _maybe(rng, 15):
            at = self.when()
            yield at, "pause", {"by": "ada"}
            yield at + 1, "resume", {"by": ["ada"]}
            yield at + rng.randint(5, 900), "resume", {"by": ["ada", "bea"]}

    def sessions(self) -> Iterator[StepFields]:
        """What becomes of each booked session."""
        for session in self.world.state.sessions.values():
            yield from self._about_session(session)

    def _about_session(self, session: Session) -> Iterator[StepFields]:
        rng = self.rng
        what = rng.choice(["move", "cancel", "hold", "hold", "receipt", "receipt", ""])
        name = {"session": session.name}
        before = rng.randrange(self.first + 1, max(self.first + 2, session.start))
        by = rng.choice(["agency", "agency", "client"])
        if what == "move":
            start = session.start + rng.choice([-1, 1, 1, 2]) * DAY
            start += rng.choice([0, 0, 60, -30, 5])
            when = EPOCH + timedelta(minutes=start)
            yield before, "move", {**name, "start": when, "by": by}
        elif what == "cancel":
            yield before, "cancel", {**name, "by": by}
        elif what == "receipt":
            yield from self._receipts(session)
        if _maybe(rng, 60):
            yield from self._held(session)

    def _receipts(self, session: Session) -> Iterator[StepFields]:
        rng = self.rng
        left = [one for one in self.world.state.messages if one.session == session.name]
        if not left:
            return
        at = rng.choice(left).latest + rng.choice([2, 10, 60, 300, 700])
        status = rng.choice(["delivered", "delivered", "undelivered", "failed"])
        fields = {"session": session.name, "status": status}
        if status == "undelivered":
            fields["code"] = rng.choice(CODES)
        if status == "failed":
            fields["code"] = "30008"
        yield at, "receipt", fields

    def _held(self, session: Session) -> Iterator[StepFields]:
        rng = self.rng
        name = {"session": session.name}
        if _maybe(rng, 15):
            yield session.start + 20, "not_joined", name
            return
        yield session.start, "start_session", name
        if _maybe(rng, 40):
            yield session.end, "end_session", name
            return
        drop = session.start + rng.randint(3, 15)
        branch = rng.choice(["technical", "technical", "no_answer", "not_safe"])
        yield drop, "interrupt", {**name, "branch": branch}
        for after in (2, 5, 10, 15, 20):
            yield drop + after, "steps", name
        outcome = rng.choice(["done", "no_answer", "rejoined", "someone_else"])
        for number in (1, 2):
            at = drop + rng.randint(3, 9) * number
            yield at, "take", {**name, "step": number, "outcome": outcome}
        yield session.end + 1, "end_session", name

    def searches(self) -> Iterator[StepFields]:
        """A series, and a search for a time."""
        rng = self.rng
        if _maybe(rng, 20):
            client = rng.choice(self.scenario["client"])
            start = rng.randrange(self.first // 5 + 300, self.last // 5) * 5
            starts = [
                EPOCH + timedelta(minutes=start + week * 7 * DAY) for week in range(3)
            ]
            yield (
                self.when(),
                "series",
                {
                    "client": client["id"],
                    "counsellor": client["counsellor"],
                    "starts": starts,
                    "minutes": 50,
                    "format": "in_person",
                    "as": "row",
                },
            )
        if _maybe(rng, 30):
            client = rng.choice(self.scenario["client"])
            at = self.when()
            begin = at + rng.randint(0, DAY)
            yield (
                at,
                "find",
                {
                    "client": client["id"],
                    "counsellor": client["counsellor"],
                    "from": EPOCH + timedelta(minutes=begin // 5 * 5),
                    "until": EPOCH + timedelta(minutes=begin // 5 * 5 + DAY // 2),
                    "minutes": 50,
                    "format": "in_person",
                },
            )


def later_steps(
    rng: random.Random, scenario: dict[str, Any], world: World
) -> list[StepFields]:
    """Steps to add, in no order."""
    maker = _Maker(rng, scenario, world)
    return [
        *maker.asks(),
        *maker.plans(),
        *maker.machines(),
        *maker.sessions(),
        *maker.searches(),
    ]
