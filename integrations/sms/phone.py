"""A simulated phone: takes texts as a provider would, and shows them on a screen.

The default sender. Nothing it takes reaches a real phone. It can be told to behave in
every way a real provider does, so that each answer of M7 and M8 can be tried.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from scheduler.ports import Answer, Cleared, Clock, Handed, Removal, Sought

LEAST_VALIDITY = 60
MOST_VALIDITY = 600


@dataclass(frozen=True, slots=True)
class Text:
    """One text on a phone. `outgoing` is from her to the agency."""

    number: str = field(repr=False)
    body: str = field(repr=False)
    at: str
    reference: str = ""
    validity: int = 0
    outgoing: bool = False


class SimulatedPhone:
    """Every phone the agency texts, in one.

    `behaves` is `accepts`, `no_connection`, `busy`, `times_out`,
    `times_out_but_took_it`, or an error code. `on_send` is called before anything is
    taken. With a `screen` file the texts outlive the process.
    """

    simulated = True

    def __init__(
        self,
        clock: Clock,
        *,
        screen: Path | None = None,
        on_send: Callable[[], None] | None = None,
    ) -> None:
        self._clock = clock
        self._screen = screen
        self._lock = threading.Lock()
        self.on_send = on_send
        self.behaviour = "accepts"
        self.at_once = 1
        self.texts: list[Text] = self._read()

    def send(self, message: Cleared) -> Handed:
        """Take one message, or answer as a provider in trouble would."""
        # A provider would take less; ours refuses what M6 forbids, to be noticed.
        if not LEAST_VALIDITY <= message.validity <= MOST_VALIDITY:
            raise ValueError("A text is handed over without a right validity (M6).")
        if self.on_send is not None:
            self.on_send()
        match self.behaviour:
            case "accepts":
                return self._take(message)
            case "no_connection":
                return Handed(Answer.NOT_TAKEN)
            case "busy":
                return Handed(Answer.BUSY)
            case "times_out":
                return Handed(Answer.UNKNOWN)
            case "times_out_but_took_it":
                self._take(message)
                return Handed(Answer.UNKNOWN)
            case code:
                return Handed(Answer.REFUSED, code=code)

    def look_up(self, sought: Sought) -> Handed | None:
        """Whether the phone has a message."""
        wanted = sought.reference
        with self._lock:
            there = any(each.reference == wanted for each in self.texts)
        return Handed(Answer.ACCEPTED, _provider_id(wanted)) if there else None

    def remove_body(self, provider_id: str) -> Removal:  # noqa: ARG002 - kept nowhere
        """Nobody keeps anything: what stands on the phone is hers."""
        return Removal.DONE

    def thread(self, number: str) -> tuple[Text, ...]:
        """All texts with one number, oldest first."""
        with self._lock:
            return tuple(each for each in self.texts if each.number == number)

    def answer(self, number: str, body: str) -> None:
        """Somebody at that phone writes back; shown in the thread."""
        self._keep(Text(number, body, self._stamp(), outgoing=True))

    def _take(self, message: Cleared) -> Handed:
        self._keep(
            Text(
                message.to,
                message.body,
                self._stamp(),
                message.reference,
                message.validity,
            )
        )
        return Handed(Answer.ACCEPTED, _provider_id(message.reference))

    def _keep(self, text: Text) -> None:
        with self._lock:
            self.texts.append(text)
            if self._screen is not None:
                lines = [json.dumps(asdict(each)) for each in self.texts]
                self._screen.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _read(self) -> list[Text]:
        if self._screen is None or not self._screen.exists():
            return []
        lines = self._screen.read_text(encoding="utf-8").splitlines()
        return [Text(**json.loads(each)) for each in lines if each]

    def _stamp(self) -> str:
        return self._clock.now().isoformat()

    def sent_at(self, text: Text) -> datetime:
        """When a text was taken."""
        return datetime.fromisoformat(text.at)


def _provider_id(reference: str) -> str:
    return f"phone-{reference[:16]}"
