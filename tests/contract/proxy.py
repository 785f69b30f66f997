"""Every exchange of our sender with the made-up provider, through a proxy that compares
request and answer with Twilio's own description."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from twilio.base.exceptions import TwilioException

from integrations.sms import twilio as adapter
from integrations.sms.twilio import TwilioSender
from integrations.sms.twilio_wire import Patience, Wire
from scheduler.ports import Answer, Cleared, Handed, Removal, Sought
from tests.contract.node import PRISM, Found, Missing, Node, free_port
from tests.fake_provider import FakeProvider, running
from tests.fake_provider.account import sender

HERS: Final = "+14165550142"
WORDS: Final = "The kettle is on the blue shelf"
LONGEST: Final = "La théière est là " * 7
IN_CYRILLIC: Final = "Чайник на полке"
REFERENCE: Final = "Zy9_hC0-reference-that-nobody-guesses-0001x"

# The description asks for whole addresses here, and shows relative ones in each of its
# own examples: Twilio answers as in the examples, and its own client needs it so.
_AGAINST_ITSELF: Final = frozenset(
    {"first_page_uri", "next_page_uri", "previous_page_uri", "uri"}
)


@dataclass
class Heard:
    """What the proxy said of one exchange."""

    method: str
    status: int | None
    violations: list[dict[str, Any]] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """What really is against the description."""
        found = []
        for each in self.violations:
            place = each["location"]
            undescribed = each["severity"] == "Warning" and self.status not in {
                200,
                201,
            }
            relative = each.get("code") == "format" and place[-1] in _AGAINST_ITSELF
            if not (undescribed or (relative and place[0] == "response")):
                found.append(f"{self.method} {self.status}: {each['message']}")
        return found


class Listening(Wire):
    """Our own wire, with an ear on what the proxy adds."""

    heard: list[Heard] = []  # noqa: RUF012 - one run, one list

    def request(self, method: str, url: str, **given: Any) -> Any:
        answer = super().request(method, url, **given)
        said = answer.headers.get("sl-violations")
        self.heard.append(Heard(method, self.status, json.loads(said) if said else []))
        return answer


def held_to(description: Path, node: Node) -> Found:
    """Both sides held to the description. Raises Missing."""
    if not description.is_file():
        raise Missing(f"There is no description at {description} (TWILIO_CONTRACT).")
    modules = node.fetch(PRISM)
    found = Found()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as provider:
        port = free_port()
        program = [
            *(str(modules / ".bin" / "prism"), "proxy", str(description)),
            *(provider.url, "--host", "127.0.0.1", "--port", str(port)),
        ]
        with node.running(program, port), _listening():
            _exercise(found, provider, f"http://127.0.0.1:{port}")
    return found


@contextmanager
def _listening() -> Iterator[None]:
    own, Listening.heard = adapter.Wire, []
    adapter.Wire = Listening  # type: ignore[misc]
    try:
        yield
    finally:
        adapter.Wire = own  # type: ignore[misc]


def _exercise(found: Found, provider: FakeProvider, url: str) -> None:
    patience = Patience(connect=5.0, read=30.0, altogether=60.0)
    ours = sender(url, patience=patience)
    _sends(found, provider, url, patience)
    _refusals(found, provider, ours)
    _finds(found, provider, ours)
    _removes(found, provider, ours)
    _reads_and_deletes(found, provider, ours)
    found.expect("asked of the provider", provider.violations(), [])
    heard = list(Listening.heard)
    found.wrongs += [wrong for each in heard for wrong in each.wrong()]
    kinds = Counter(f"{each.method} {each.status}" for each in heard)
    if not kinds:
        found.wrongs.append("nothing was heard of any exchange")
    counted = ", ".join(f"{name} x {many}" for name, many in sorted(kinds.items()))
    found.lines.append(f"{len(heard)} exchanges as described: {counted}")
    _sees_what_is_wrong(found, provider, ours)


def _cleared(words: str = WORDS, validity: int = 600) -> Cleared:
    return Cleared(REFERENCE, HERS, words, validity)


def _sends(found: Found, provider: FakeProvider, url: str, patience: Patience) -> None:
    for keeps_words in (True, False):
        for keeps_numbers in (True, False):
            ours = sender(
                url,
                patience=patience,
                keep_words=keeps_words,
                keep_numbers=keeps_numbers,
            )
            for words, validity in ((WORDS, 60), (LONGEST, 600), (IN_CYRILLIC, 333)):
                handed = ours.send(_cleared(words, validity))
                found.expect("a send", handed.answer, Answer.ACCEPTED)
                taken = provider.taken()[-1]
                found.expect("its words", taken["real_body"], words)
                found.expect("its validity", taken["validity"], validity)


def _refusals(found: Found, provider: FakeProvider, ours: TwilioSender) -> None:
    for behaviour, wanted in (
        ("busy", Handed(Answer.BUSY, wait=90)),
        ("21211", Handed(Answer.REFUSED, code="21211")),
        ("21610", Handed(Answer.REFUSED, code="21610")),
        ("problem", Handed(Answer.REFUSED, code="21211")),
        ("codeless", Handed(Answer.UNKNOWN)),
        ("breaks", Handed(Answer.UNKNOWN)),
    ):
        provider.behave(behaviour, times=1)
        found.expect(behaviour, ours.send(_cleared()), wanted)


def _finds(found: Found, provider: FakeProvider, ours: TwilioSender) -> None:
    for _ in range(110):
        ours.send(_cleared())
    sid = provider.taken()[-105]["sid"]
    others = frozenset(each["sid"] for each in provider.taken()) - {sid}
    now = datetime.now(UTC)
    sought = Sought(
        reference=REFERENCE,
        since=now - timedelta(minutes=10),
        until=now + timedelta(minutes=10),
        is_number=lambda seen: seen == HERS,
        is_body=lambda seen: seen == WORDS,
        known=others,
    )
    found.expect("a look-up", ours.look_up(sought), Handed(Answer.ACCEPTED, sid))


def _removes(found: Found, provider: FakeProvider, ours: TwilioSender) -> None:
    sid = ours.send(_cleared()).provider_id or ""
    found.expect("a removal too soon", ours.remove_body(sid), Removal.NOT_YET)
    provider.receipt(sid, "delivered")
    found.expect("a removal", ours.remove_body(sid), Removal.DONE)
    found.expect("the words", provider.taken()[-1]["body"], "")
    gone = ours.remove_body("SM" + "0" * 32)
    found.expect("a removal of nothing", gone, Removal.DONE)


def _reads_and_deletes(
    found: Found, provider: FakeProvider, ours: TwilioSender
) -> None:
    """What our sender does not ask for, but the made-up provider answers."""
    sid = ours.send(_cleared()).provider_id or ""
    _, client = ours._client()
    found.expect("a read", client.messages(sid).fetch().status, "queued")
    found.expect("a deletion", client.messages(sid).delete(), True)
    left = [each["sid"] for each in provider.taken()]
    found.expect("what is left of it", sid in left, False)


def _sees_what_is_wrong(
    found: Found, provider: FakeProvider, ours: TwilioSender
) -> None:
    """A proxy that finds nothing wrong proves something only if it could."""
    seen = 0
    for changed in (
        {"ValidityPeriod": "soon"},
        {"ContentRetention": "burn"},
        {"AddressRetention": "blur"},
    ):
        before = len(Listening.heard)
        _, client = ours._client()
        with suppress(TwilioException):  # the provider refuses it as well
            client.api.v2010.create(
                "POST",
                f"/Accounts/{client.account_sid}/Messages.json",
                data={"To": HERS, "From": HERS, "Body": WORDS, **changed},
            )
        wrong = [each for one in Listening.heard[before:] for each in one.wrong()]
        seen += bool(wrong)
        found.expect(f"a request with {changed} is seen", bool(wrong), True)
    provider.behave("odd_shape", times=1)
    before = len(Listening.heard)
    ours.send(_cleared())
    wrong = [each for one in Listening.heard[before:] for each in one.wrong()]
    found.expect("an answer out of shape is seen", bool(wrong), True)
    found.lines.append(f"{seen + bool(wrong)} of 4 planted mistakes were seen")
