"""The sender by Twilio against a provider that is a process of its own: every answer it
can give, and that nothing of whom or what is ever said by us about it (M6–M8, bar-D3,
bar-L8, bar-W3)."""

from __future__ import annotations

import gc
import io
import logging
import socket
import ssl
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)

from integrations.sms import twilio as adapter
from integrations.sms.twilio import ANSWERS, Outcome, TwilioSender, code_of
from integrations.sms.twilio_wire import SILENT, Patience
from scheduler.ports import Answer, Cleared, Handed, NotAnswered, Removal, Sought
from tests.fake_provider import OUR_NUMBER, FakeProvider, running
from tests.fake_provider.account import RECEIPTS, account, sender

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HERS = "+14165550142"
WORDS = "The kettle is on the blue shelf"
REFERENCE = "Zy9_hC0-reference-that-nobody-guesses-0001x"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProvider]:
    with running(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(process: FakeProvider) -> Iterator[FakeProvider]:
    process.behave("accepts")
    process.removing("well")
    yield process
    assert process.violations() == []


def cleared(validity: int = 600, reference: str = REFERENCE) -> Cleared:
    return Cleared(reference, HERS, WORDS, validity)


def send(provider: FakeProvider, behaviour: str, **changes: Any) -> tuple[Handed, bool]:
    """The answer, and whether the provider has taken it."""
    before = len(provider.taken())
    provider.behave(behaviour)
    handed = sender(provider.url, **changes).send(cleared())
    return handed, len(provider.taken()) > before


# behaviour: row of the table, code, seconds to wait, whether it was taken
EVERY_ANSWER: dict[str, tuple[Outcome, str | None, int | None, bool]] = {
    "accepts": (Outcome.TAKEN, None, None, True),
    "busy": (Outcome.BUSY, None, 90, False),
    "21211": (Outcome.REFUSED, "21211", None, False),
    "21610": (Outcome.REFUSED, "21610", None, False),
    "21614": (Outcome.REFUSED, "21614", None, False),
    "30034": (Outcome.REFUSED, "30034", None, False),
    "problem": (Outcome.REFUSED, "21211", None, False),
    "codeless": (Outcome.CODELESS, None, None, False),
    "proxy_page": (Outcome.CODELESS, None, None, False),
    "breaks": (Outcome.SERVER, None, None, False),
    "took_it_breaks": (Outcome.SERVER, None, None, True),
    "hangs": (Outcome.BROKE_OFF, None, None, False),
    "took_it_hangs": (Outcome.BROKE_OFF, None, None, True),
    "resets": (Outcome.BROKE_OFF, None, None, False),
    "took_it_resets": (Outcome.BROKE_OFF, None, None, True),
    "took_it_half": (Outcome.BROKE_OFF, None, None, True),
    "trickles": (Outcome.BROKE_OFF, None, None, True),
    "took_it_broken": (Outcome.UNREADABLE, None, None, True),
    "took_it_empty": (Outcome.UNREADABLE, None, None, True),
    "other_account": (Outcome.UNREADABLE, None, None, True),
    "moved": (Outcome.UNREADABLE, None, None, False),
}
NEVER_REACHED = frozenset({Outcome.NO_CONNECTION})


def test_every_row_of_the_table_is_walked() -> None:
    assert {row for row, *_ in EVERY_ANSWER.values()} | NEVER_REACHED == set(Outcome)
    assert set(ANSWERS) == set(Outcome)


def test_only_what_proves_something_is_anything_but_unknown() -> None:
    proven = {row: each for row, each in ANSWERS.items() if each is not Answer.UNKNOWN}
    assert proven == {
        Outcome.TAKEN: Answer.ACCEPTED,
        Outcome.NO_CONNECTION: Answer.NOT_TAKEN,
        Outcome.BUSY: Answer.BUSY,
        Outcome.REFUSED: Answer.REFUSED,
    }


@pytest.mark.parametrize("behaviour", EVERY_ANSWER)
def test_each_answer_is_the_row_it_should_be(
    provider: FakeProvider, behaviour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Outcome] = []
    known = adapter.outcome_of

    def seen(*given: Any) -> Outcome:
        rows.append(known(*given))
        return rows[-1]

    monkeypatch.setattr(adapter, "outcome_of", seen)
    row, code, wait, taken = EVERY_ANSWER[behaviour]
    handed, was_taken = send(provider, behaviour)
    assert rows == [row]
    assert (handed.answer, handed.code, handed.wait) == (ANSWERS[row], code, wait)
    assert was_taken == taken
    assert (handed.provider_id is not None) == (row is Outcome.TAKEN)


def test_wrong_credentials_are_a_refusal_with_the_code_that_pauses_the_sender(
    provider: FakeProvider,
) -> None:
    handed, taken = send(provider, "accepts", secret="another")
    assert (handed, taken) == (Handed(Answer.REFUSED, code="20003"), False)


def test_an_id_twice_is_handed_on_as_it_came_for_whoever_knows_the_others(
    provider: FakeProvider,
) -> None:
    first, _ = send(provider, "accepts")
    again, taken = send(provider, "same_sid")
    assert taken
    assert again.provider_id == first.provider_id


# --- Where no connection is made -------------------------------------------------


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def never(url: str) -> Handed:
    return sender(url).send(cleared())


def test_nobody_there_means_it_was_not_taken() -> None:
    assert never(f"http://127.0.0.1:{closed_port()}") == Handed(Answer.NOT_TAKEN)


@pytest.mark.parametrize(
    "wrong",
    [socket.gaierror(-2, "no such name"), TimeoutError("slow"), OSError(113, "no way")],
    ids=lambda each: type(each).__name__,
)
def test_whatever_keeps_a_connection_from_being_made_means_it_was_not_taken(
    wrong: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise wrong

    monkeypatch.setattr(socket, "create_connection", refuse)
    assert never("https://api.twilio.com") == Handed(Answer.NOT_TAKEN)


def test_without_a_right_certificate_nothing_is_said(provider: FakeProvider) -> None:
    before = len(provider.taken())
    assert never(provider.url.replace("http:", "https:")) == Handed(Answer.NOT_TAKEN)
    assert len(provider.taken()) == before


def test_the_library_never_takes_another_place_from_the_environment(
    provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"http://127.0.0.1:{closed_port()}"
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, nowhere)
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "9" * 32)
    handed, taken = send(provider, "accepts")
    assert (handed.answer, taken) == (Answer.ACCEPTED, True)


def test_nothing_is_sent_again_whatever_comes_back(provider: FakeProvider) -> None:
    for behaviour, (_, _, _, taken) in EVERY_ANSWER.items():
        if behaviour in {"hangs", "took_it_hangs", "trickles"}:
            continue
        before = len(provider.taken())
        send(provider, behaviour)
        assert len(provider.taken()) - before == taken, behaviour


def test_an_answer_that_trickles_ends_with_all_our_patience(
    provider: FakeProvider,
) -> None:
    patience = Patience(connect=1.0, read=5.0, altogether=1.2)
    ended = threading.Event()

    def go() -> None:
        send(provider, "trickles", patience=patience)
        ended.set()

    threading.Thread(target=go, daemon=True).start()
    assert ended.wait(6)


# --- What a send carries ------------------------------------------------------------


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("numbers", [True, False])
def test_a_send_says_how_long_where_to_and_what_may_be_kept(
    provider: FakeProvider, words: bool, numbers: bool
) -> None:
    sender(provider.url, keep_words=words, keep_numbers=numbers).send(cleared(61))
    taken = provider.taken()[-1]
    assert taken["validity"] == 61
    assert taken["callback"] == RECEIPTS + REFERENCE
    assert (taken["from"], taken["real_to"]) == (OUR_NUMBER, HERS)
    assert taken["real_body"] == WORDS
    assert taken["body"] == (WORDS if words else "")
    assert taken["to"] == (HERS if numbers else "+1416555XXXX")


@pytest.mark.parametrize("validity", [0, 59, 601, 36_000])
def test_without_a_right_validity_nothing_is_handed_over(
    provider: FakeProvider, validity: int
) -> None:
    before = len(provider.taken())
    with pytest.raises(ValueError, match="M6"):
        sender(provider.url).send(cleared(validity))
    assert len(provider.taken()) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"ValidityPeriod": None},
        {"ValidityPeriod": "601"},
        {"ValidityPeriod": "36000"},
        {"ValidityPeriod": "soon"},
        {"SendAt": "2026-12-01T12:00:00Z"},
        {"MediaUrl": "https://example.org/a.png"},
        {"ShortenUrls": "true"},
        {"StatusCallback": None},
        {"ContentRetention": None},
        {"AddressRetention": None},
    ],
    ids=str,
)
def test_the_made_up_provider_notices_what_must_never_be_asked(
    process: FakeProvider, changed: dict[str, str | None], monkeypatch: Any
) -> None:
    known = adapter.Wire.request

    def other(self: Any, method: str, url: str, **given: Any) -> Any:
        data = {**given.pop("data"), **changed}
        kept = {name: value for name, value in data.items() if value is not None}
        return known(self, method, url, data=kept, **given)

    monkeypatch.setattr(adapter.Wire, "request", other)
    before = len(process.taken())
    handed = sender(process.url).send(cleared())
    assert handed == Handed(Answer.REFUSED, code="99001")
    assert len(process.violations()) == 1
    assert len(process.taken()) == before
    process.forgive()


# --- Finding one again ------------------------------------------------------------


def sought(provider: FakeProvider, **changes: Any) -> Sought:
    """What would be asked for about the last text that was taken."""
    from datetime import datetime, timedelta  # noqa: PLC0415

    made = datetime.fromisoformat(provider.taken()[-1]["made_at"])
    about = Sought(
        reference=REFERENCE,
        since=made - timedelta(seconds=30),
        until=made + timedelta(seconds=30),
        is_number=lambda seen: seen == HERS,
        is_body=lambda seen: seen == WORDS,
        known=frozenset(each["sid"] for each in provider.taken()[:-1]),
    )
    return replace(about, **changes)


@pytest.mark.parametrize(
    ("words", "numbers", "found"),
    [(True, True, True), (True, False, True), (False, True, True), (False,) * 3],
)
def test_it_is_found_by_what_is_shown_and_not_at_all_where_nothing_is(
    provider: FakeProvider, words: bool, numbers: bool, found: bool
) -> None:
    provider.behave("took_it_resets")
    keeps = {"keep_words": words, "keep_numbers": numbers}
    assert sender(provider.url, **keeps).send(cleared()).answer is Answer.UNKNOWN
    sid = provider.taken()[-1]["sid"]
    answer = sender(provider.url).look_up(sought(provider))
    assert answer == (Handed(Answer.ACCEPTED, sid) if found else None)


def test_what_was_never_taken_is_not_found(provider: FakeProvider) -> None:
    send(provider, "accepts")
    known = frozenset(each["sid"] for each in provider.taken())
    assert sender(provider.url).look_up(sought(provider, known=known)) is None


def test_what_failed_there_is_found_as_refused_with_its_code(
    provider: FakeProvider,
) -> None:
    send(provider, "took_it_half")
    sid = provider.taken()[-1]["sid"]
    provider.receipt(sid, "undelivered", "30006")
    answer = sender(provider.url).look_up(sought(provider))
    assert answer == Handed(Answer.REFUSED, sid, "30006")


def test_it_is_found_behind_more_texts_than_one_page_holds(
    provider: FakeProvider,
) -> None:
    ours = sender(provider.url)
    for _ in range(120):
        ours.send(cleared())
    oldest = provider.taken()[-120]
    others = frozenset(each["sid"] for each in provider.taken()) - {oldest["sid"]}
    answer = sender(provider.url).look_up(sought(provider, known=others))
    assert answer == Handed(Answer.ACCEPTED, oldest["sid"])


def test_a_provider_that_cannot_be_asked_is_not_one_that_knows_nothing(
    provider: FakeProvider,
) -> None:
    send(provider, "accepts")
    about = sought(provider)
    with pytest.raises(NotAnswered):
        sender(f"http://127.0.0.1:{closed_port()}").look_up(about)
    with pytest.raises(NotAnswered):
        sender(provider.url, secret="another").look_up(about)


# --- Removing the words --------------------------------------------------------------


def test_the_words_are_removed_once_nothing_more_can_become_of_it(
    provider: FakeProvider,
) -> None:
    handed, _ = send(provider, "accepts")
    ours, sid = sender(provider.url), handed.provider_id or ""
    assert ours.remove_body(sid) is Removal.NOT_YET
    provider.receipt(sid, "delivered")
    assert ours.remove_body(sid) is Removal.DONE
    assert provider.taken()[-1]["body"] == ""
    assert ours.remove_body(sid) is Removal.DONE


def test_what_is_there_no_longer_needs_no_removal(provider: FakeProvider) -> None:
    assert sender(provider.url).remove_body("SM" + "0" * 32) is Removal.DONE


def test_only_a_plain_no_is_final(provider: FakeProvider) -> None:
    handed, _ = send(provider, "accepts")
    provider.removing("refused")
    assert sender(provider.url).remove_body(handed.provider_id or "") is Removal.REFUSED
    nobody = sender(f"http://127.0.0.1:{closed_port()}")
    assert nobody.remove_body(handed.provider_id or "") is Removal.NOT_YET


# --- Codes: what the library makes of an answer ---------------------------------------


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (TwilioRestException(400, "/x", code=21211), "21211"),
        (TwilioRestException(400, "/x", code=400), None),
        (TwilioRestException(404, "/x", code=None), None),
        (TwilioRestException(400, "/x", code="21211"), None),  # type: ignore[arg-type]
        (TwilioRestException(400, "/x", code=True), None),
        (TwilioServiceException("t", "x", 400, 21211), "21211"),
        (TwilioException("HTTP 400"), None),
        (ValueError("nothing"), None),
        (None, None),
    ],
)
def test_a_code_is_the_providers_own_or_none(
    wrong: BaseException | None, code: str | None
) -> None:
    assert code_of(wrong) == code


# --- Nothing is said about anybody (bar-L8) ------------------------------------

CANARIES = (
    HERS,
    HERS[1:],
    HERS[-10:],
    "5550142",
    "%2B1416",
    WORDS,
    "kettle",
    REFERENCE,
)


@pytest.fixture
def loud(capfd: pytest.CaptureFixture[str]) -> Iterator[io.StringIO]:
    """Everything that is logged by anybody at any level, even where somebody has turned
    the library's own loggers up again."""
    heard = io.StringIO()
    ear = logging.StreamHandler(heard)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    levels = {name: logging.getLogger(name).level for name in SILENT}
    yield heard
    root.removeHandler(ear)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def failures(provider: FakeProvider) -> Iterator[str]:
    """Every failure there is, and what can be seen of it."""
    for behaviour in EVERY_ANSWER:
        yield repr(send(provider, behaviour)[0])
    for url in (f"http://127.0.0.1:{closed_port()}", provider.url.replace("p:", "ps:")):
        yield repr(never(url))
    about = sought(provider)
    yield repr(about)
    nobody = sender(f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(NotAnswered) as unasked:
        nobody.look_up(about)
    assert (unasked.value.__cause__, unasked.value.__context__) == (None, None)
    yield "".join(traceback.format_exception(unasked.value))
    yield repr(nobody.remove_body("SM" + "0" * 32))
    with pytest.raises(ValueError, match="M6") as wrong:
        sender(provider.url).send(cleared(0))
    yield "".join(traceback.format_exception(wrong.value))
    provider.removing("refused")
    handed, _ = send(provider, "accepts")
    yield repr(sender(provider.url).remove_body(handed.provider_id or ""))


def test_no_number_and_no_word_is_in_anything_we_say(
    provider: FakeProvider, loud: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.DEBUG)
    seen = list(failures(provider))
    assert len(seen) > len(EVERY_ANSWER) + 5
    said = capfd.readouterr()
    everything = "\n".join([*seen, loud.getvalue(), said.out, said.err])
    assert [each for each in CANARIES if each in everything] == []


def test_the_ear_would_have_heard_the_library(loud: io.StringIO) -> None:
    """The test above is not deaf: the library's own client says the number aloud."""
    from twilio.http.http_client import TwilioHttpClient  # noqa: PLC0415

    logger = logging.getLogger("some.other.name")
    TwilioHttpClient(logger=logger).log_request(
        {"method": "GET", "url": "/x", "params": {"To": HERS}, "headers": {}}
    )
    assert HERS in loud.getvalue()


def test_what_was_raised_inside_does_not_stay_behind(provider: FakeProvider) -> None:
    """An exception keeps the frames it went through, and those the number."""
    send(provider, "21211")
    gc.collect()
    left = [each for each in gc.get_objects() if isinstance(each, TwilioException)]
    ours = [each for each in left if HERS in str(each)]
    assert ours == []
    assert sys.exc_info() == (None, None, None)


def test_the_account_does_not_show_its_secret() -> None:
    shown = repr(account("http://127.0.0.1:1"))
    assert "made-up-secret" not in shown
    assert isinstance(ssl.create_default_context(), ssl.SSLContext)
    assert TwilioSender.simulated is False


def test_the_same_text_from_many_threads_is_that_many_texts(
    provider: FakeProvider, tmp_path: Path
) -> None:
    ours, before = sender(provider.url), len(provider.taken())
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ours.send(cleared()).answer))
        for _ in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [Answer.ACCEPTED] * 8
    assert len(provider.taken()) - before == 8
