"""Only what is certainly Twilio's is read, however it is cut (I1, bar-O1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.sms.twilio_callbacks import Signed, TwilioCallbacks
from scheduler.ports import StatusCame, TextCame
from tests.fake_provider import ACCOUNT, OUR_NUMBER, TOKEN, posting

OLD, NEXT, FOREIGN = TOKEN, "d4" * 16, "e5" * 16
BASE = "https://quietline.example"
RECEIPTS, TEXTS = f"{BASE}/callbacks/status/", f"{BASE}/callbacks/text"
REFERENCE = "Zy9_hC0-reference-that-nobody-guesses-0001x"
ADDRESS = RECEIPTS + REFERENCE
HERS = "+14165550142"
SID = "SM" + "0a1b" * 8

Pairs = Sequence[tuple[str, str]]


def reader(*tokens: str) -> TwilioCallbacks:
    return TwilioCallbacks(Signed(ACCOUNT, tokens or (OLD,), RECEIPTS, TEXTS))


def receipt(status: str = "delivered", code: str = "") -> dict[str, str]:
    message = {"from": OUR_NUMBER, "to": HERS, "sid": SID}
    return posting.status_form(message, ACCOUNT, status, code)


def text(body: str = "the river is high", opt_out: str = "") -> dict[str, str]:
    return posting.text_form(ACCOUNT, SID, HERS, OUR_NUMBER, body, opt_out)


def read_receipt(
    form: Mapping[str, str], *, token: str = OLD, address: str = ADDRESS
) -> StatusCame | None:
    signature = posting.signature(token, address, form)
    return reader().status(REFERENCE, list(form.items()), signature)


def read_text(form: Mapping[str, str], token: str = OLD) -> TextCame | None:
    signature = posting.signature(token, TEXTS, form)
    return reader().text(list(form.items()), signature)


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("queued", "accepted"),
        ("accepted", "accepted"),
        ("sending", "accepted"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_a_receipt_is_read_in_our_words(said: str, ours: str) -> None:
    assert read_receipt(receipt(said)) == StatusCame(REFERENCE, SID, ours)


def test_a_failure_brings_its_code() -> None:
    came = read_receipt(receipt("undelivered", "30003"))
    assert came is not None
    assert (came.status, came.code) == ("undelivered", "30003")


@pytest.mark.parametrize("to", ["+1416555XXXX", "+1416555****", "+14165550142"])
def test_a_number_may_have_its_end_hidden(to: str) -> None:
    assert read_receipt({**receipt(), "To": to}) is not None


def test_a_text_is_read_with_its_number_and_words() -> None:
    assert read_text(text()) == TextCame(SID, HERS, "the river is high")


@pytest.mark.parametrize(
    ("opt_out", "stop"), [("STOP", True), ("START", False), ("HELP", False)]
)
def test_what_the_provider_took_for_a_stop_is_said(opt_out: str, stop: bool) -> None:
    came = read_text(text("whatever", opt_out))
    assert came is not None
    assert came.stop == stop


@given(st.text(max_size=400))
def test_any_words_are_read_as_they_are(body: str) -> None:
    form = text(body.encode("utf-8", "ignore").decode())
    came = read_text(form)
    assert came is not None
    assert came.body == form["Body"]
    assert came.body not in repr(came) or len(came.body) < 40


def test_names_we_do_not_know_are_taken_and_counted() -> None:
    more = {"RawDlrDoneDate": "2612011205", "Newest": "thing", "AddOns": "{}"}
    came = read_receipt({**receipt(), **more})
    assert came is not None
    assert came.unknown == 3
    words = read_text({**text(), "Zebra": "1"})
    assert words is not None
    assert (words.unknown, words.body) == (1, "the river is high")


# --- Tokens ---------------------------------------------------------------------------


@pytest.mark.parametrize(("token", "read"), [(OLD, 1), (NEXT, 1), (FOREIGN, 0)])
def test_while_one_token_takes_the_others_place_both_count(
    token: str, read: int
) -> None:
    form = receipt()
    signature = posting.signature(token, ADDRESS, form)
    came = reader(OLD, NEXT).status(REFERENCE, list(form.items()), signature)
    assert (came is not None) == bool(read)


# --- Forgeries: nothing is read, whatever the signature -------------------------------


def other_addresses() -> Iterator[str]:
    path = f"/callbacks/status/{REFERENCE}"
    yield f"http://quietline.example{path}"
    yield f"https://elsewhere.example{path}"
    yield f"https://quietline.example:8443{path}"
    yield f"https://quietline.example{path}?a=b"
    yield f"https://quietline.example{path}/"
    yield RECEIPTS + "another-reference-that-nobody-guesses"
    yield TEXTS


@pytest.mark.parametrize("address", list(other_addresses()))
def test_a_signature_is_good_for_one_address(address: str) -> None:
    assert read_receipt(receipt(), address=address) is None


GARBAGE = [
    "",
    " ",
    "None",
    "null",
    "A" * 27 + "=",
    "A" * 28,
    "=" * 28,
    "é" * 28,
    "\x00",
]


@pytest.mark.parametrize("signature", GARBAGE)
def test_no_signature_and_garbage_open_nothing(signature: str) -> None:
    assert reader().status(REFERENCE, list(receipt().items()), signature) is None
    assert reader().text(list(text().items()), signature) is None


def without(form: dict[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in form.items() if each != name}


REQUIRED = ("AccountSid", "ApiVersion", "From", "MessageSid", "To")


@pytest.mark.parametrize("name", [*REQUIRED, "MessageStatus"])
def test_a_receipt_without_what_it_must_hold_is_none(name: str) -> None:
    assert read_receipt(without(receipt(), name)) is None


@pytest.mark.parametrize("name", [*REQUIRED, "Body"])
def test_a_text_without_what_it_must_hold_is_none(name: str) -> None:
    assert read_text(without(text(), name)) is None


WRONG_SHAPES = [
    ("AccountSid", "AC" + "0" * 32),
    ("AccountSid", ACCOUNT.lower()),
    ("MessageSid", "SM1"),
    ("MessageSid", "SM" + "0" * 33),
    ("MessageSid", "XX" + "0" * 32),
    ("MessageStatus", "Delivered"),
    ("MessageStatus", "received"),
    ("MessageStatus", ""),
    ("MessageStatus", "delivered\n"),
    ("ErrorCode", "30003x"),
    ("ErrorCode", "-1"),
    ("ApiVersion", "2010-04-01 "),
    ("To", "+1416555014212345678"),
    ("To", "ToToTo+1416"),
    ("SmsSid", "SM" + "f" * 32),
    ("SmsStatus", "sent"),
]


@pytest.mark.parametrize(("name", "value"), WRONG_SHAPES)
def test_a_receipt_out_of_shape_is_none_though_it_is_signed(
    name: str, value: str
) -> None:
    assert read_receipt({**receipt(), name: value}) is None


def reshaped(form: dict[str, str]) -> Iterator[Pairs]:
    """The same signed letters, cut otherwise."""
    whole = "".join(name + form[name] for name in sorted(form))
    yield [(whole, "")]
    yield [("", whole)]
    yield [(whole[0], whole[1:])]
    names = sorted(form)
    for at, name in enumerate(names[1:], start=1):
        before = names[at - 1]
        merged = {**form, before: form[before] + name + form[name]}
        del merged[name]
        yield list(merged.items())
        for taken in (1, 2, 5):
            piece = form[name][:taken]
            moved = {**without(form, name), name + piece: form[name][taken:]}
            yield list(moved.items())
            moved = {**form, name: form[name][:-taken], form[name][-taken:]: ""}
            yield list(moved.items())


def test_one_signature_fits_no_other_cut_of_a_receipt() -> None:
    form = receipt("undelivered", "30003")
    signature = posting.signature(OLD, ADDRESS, form)
    read = reader().status
    honest = read(REFERENCE, list(form.items()), signature)
    assert honest is not None
    cuts = [each for each in reshaped(form) if dict(each) != form]
    fitting = [
        each
        for each in cuts
        if len(dict(each)) == len(each)
        and posting.signature(OLD, ADDRESS, dict(each)) == signature
    ]
    assert len(fitting) > 10
    assert [each for each in cuts if read(REFERENCE, each, signature)] == []


@pytest.mark.parametrize("word", ["CANCEL", "END", "CANCELplease", "Dont text me"])
def test_words_cut_into_names_are_read_as_the_same_words(word: str) -> None:
    form = text(word)
    signature = posting.signature(OLD, TEXTS, form)
    for at in range(len(word)):
        cut = {**form, "Body": word[:at], word[at:]: ""}
        came = reader().text(list(cut.items()), signature)
        if came is not None:
            assert came.body == word


def test_a_name_twice_is_none_even_with_the_same_value() -> None:
    for form, read in ((receipt(), "status"), (text(), "text")):
        address = ADDRESS if read == "status" else TEXTS
        signature = posting.signature(OLD, address, form)
        for name in form:
            pairs = [*form.items(), (name, form[name])]
            if read == "status":
                assert reader().status(REFERENCE, pairs, signature) is None
            else:
                assert reader().text(pairs, signature) is None


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "9lives", "né", "A-B", "x" * 65, "<b>"]
)
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    assert read_receipt({**receipt(), name: "1"}) is None
    assert read_text({**text(), name: "1"}) is None


def test_far_too_many_names_are_refused() -> None:
    many = {f"Extra{number}": "1" for number in range(80)}
    assert read_receipt({**receipt(), **many}) is None


@pytest.mark.parametrize("reference", ["", "short", "a" * 65, "a/b" * 10, "é" * 30])
def test_a_reference_out_of_shape_is_none(reference: str) -> None:
    form = receipt()
    signature = posting.signature(OLD, RECEIPTS + reference, form)
    assert reader().status(reference, list(form.items()), signature) is None


def test_whose_callbacks_count_does_not_show_the_tokens() -> None:
    assert OLD not in repr(Signed(ACCOUNT, (OLD, NEXT), RECEIPTS, TEXTS))
