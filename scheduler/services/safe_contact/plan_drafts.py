"""A plan somebody wants to save: its addresses in one form, its words linted, and a
sentence for every field that cannot stay (P3, W2, W6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from email_validator import EmailNotValidError, validate_email

from scheduler.domain.errors import UnknownZone
from scheduler.domain.folding import fold
from scheduler.domain.lint import lint
from scheduler.domain.names import ForbiddenNames
from scheduler.domain.people import Person
from scheduler.domain.phrases import Meaning, Phrase, close_to
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan
from scheduler.domain.plan_check import what_is_wrong
from scheduler.domain.plan_words import MEANINGS, masked
from scheduler.domain.zones import local_date
from scheduler.services.files.typed_numbers import number_of, why_no_number
from scheduler.services.house import House
from scheduler.storage import accounts, agency, code_words, people
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

LONGEST = 200
LONGEST_NAME = 60

# What the folded phrase is indexed by; the phrase that left last has its own index.
FOLDED_PHRASE = "folded phrase"

_NUMBERED = frozenset({ChannelKind.SMS, ChannelKind.VOICE})
_COVERED = "•"

_TAKEN = (
    "This stands for “{}” already, and she could not tell them apart. Choose another "
    "sentence."
)
_PUBLIC = (
    "This is one of the sentences shown to everybody, or close to one, so it could be "
    "looked up (W6). Choose one of her own."
)
_SHARED = (
    "Somebody else has been given this sentence too. Another one would be hers alone."
)

Wrong = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """The plan as it would be saved, what forbids it, and what should be thought over.

    `wrongs` and `warnings` go by field, such as `phrases.reminder.0`.
    """

    plan: ContactPlan
    wrongs: Mapping[str, str]
    warnings: Mapping[str, str]


def prepared(
    tx: Tx,
    house: House,
    file: ClientFile,
    typed: ContactPlan,
    known: Sequence[ContactPlan],
    now: datetime,
    names: ForbiddenNames | None = None,
) -> Draft:
    """Look at a typed plan. `known` are the plans whose numbers a covered one means.

    `names` are those no text to her may hold, of a file that is not there yet.
    """
    wrongs: dict[str, str] = {}
    channels = []
    for channel in typed.channels:
        address = _address(channel, known)
        if address is None:
            wrongs[f"channels.{channel.key}.address"] = _why_no_address(channel)
        channels.append(replace(channel, address=address or ""))
    plan = replace(typed, channels=tuple(channels), version=file.plan_number)
    for name, sentence in (
        *what_is_wrong(plan, agency.policy(tx), _today(file, plan, now)).items(),
        *_too_long(plan),
        *_wrong_phrases(tx, house, file, plan, names),
    ):
        wrongs.setdefault(name, sentence)
    return Draft(plan, wrongs, dict(_shared_phrases(tx, file, plan)))


def _today(file: ClientFile, plan: ContactPlan, now: datetime) -> date:
    """Where she lives; while the zone typed is none, where she lived so far."""
    try:
        return local_date(now, plan.zone)
    except UnknownZone:
        return local_date(now, file.zone)


# --- Addresses ---------------------------------------------------------------


def _address(channel: Channel, known: Sequence[ContactPlan]) -> str | None:
    """In the form in which it is kept, or None when it cannot be read."""
    typed = channel.address.strip()
    if _COVERED in typed:
        meant = {
            each.address
            for plan in known
            for each in plan.channels
            if each.key == channel.key and masked(each.address) == typed
        }
        return meant.pop() if len(meant) == 1 else None
    if not typed:
        return ""
    if channel.kind in _NUMBERED:
        return number_of(typed)
    if channel.kind is ChannelKind.EMAIL:
        return _mail(typed)
    return typed


def _mail(typed: str) -> str | None:
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _why_no_address(channel: Channel) -> str:
    if _COVERED in channel.address:
        return "Its last figures are covered here. Write it whole."
    if channel.kind is ChannelKind.EMAIL:
        return "This is no e-mail address. Write it like name@example.org."
    return why_no_number(channel.address)


def _too_long(plan: ContactPlan) -> Iterator[Wrong]:
    for channel in plan.channels:
        for name in ("address", "others", "may_say"):
            if len(getattr(channel, name)) > LONGEST:
                yield f"channels.{channel.key}.{name}", _shorten(LONGEST)
    for device in plan.devices:
        if max(len(device.kind), len(device.whose)) > LONGEST_NAME:
            yield f"devices.{device.key}", _shorten(LONGEST_NAME)


def _shorten(most: int) -> str:
    return f"This is longer than {most} characters. Shorten it."


# --- Words -------------------------------------------------------------------


def _numbered(plan: ContactPlan) -> Iterator[tuple[str, Phrase]]:
    for meaning in Meaning:
        for number, phrase in enumerate(plan.phrases_for(meaning)):
            yield f"phrases.{meaning.value}.{number}", phrase


def _wrong_phrases(
    tx: Tx,
    house: House,
    file: ClientFile,
    plan: ContactPlan,
    names: ForbiddenNames | None,
) -> Iterator[Wrong]:
    if names is None:
        names = names_of(tx, file) if plan.phrases else ForbiddenNames()
    meanings: dict[str, Meaning] = {}
    for name, phrase in _numbered(plan):
        findings = lint(phrase.text, house.words, names)
        if findings:
            yield name, findings[0].sentence()
        elif meanings.setdefault(fold(phrase.text), phrase.meaning) != phrase.meaning:
            yield name, _TAKEN.format(MEANINGS[meanings[fold(phrase.text)]])
        elif _public(house, phrase):
            yield name, _PUBLIC


def _public(house: House, phrase: Phrase) -> bool:
    """Starters open the talk; a real sender does not send one (W6)."""
    real = house.sender is not None and not house.sender.simulated
    shipped = (
        text
        for by_meaning in house.starters.values()
        for texts in by_meaning.values()
        for text in texts
    )
    return real and close_to(phrase.text, shipped)


def _shared_phrases(tx: Tx, file: ClientFile, plan: ContactPlan) -> Iterator[Wrong]:
    for name, phrase in _numbered(plan):
        holders = people.clients_with(tx, people.PHRASE, folded_blind(tx, phrase))
        if set(holders) - {file.id}:
            yield name, _SHARED


def folded_blind(tx: Tx, phrase: Phrase) -> bytes:
    """By this two clients are found to share a phrase, and no phrase is found (W6)."""
    return tx.vault.index(FOLDED_PHRASE, fold(phrase.text))


def names_of(tx: Tx, file: ClientFile) -> ForbiddenNames:
    """All that no text to this client may hold (W2); her code words among it."""
    words = tuple(each.word for each in code_words.words(tx, file.id))
    return names_with(names_here(tx), people.person(tx, file), words, (file.code,))


def names_here(tx: Tx) -> ForbiddenNames:
    """Those of it that are the same for every client."""
    settings = agency.settings(tx)
    return ForbiddenNames(
        agency=(settings.name,),
        programmes=settings.lint_names,
        staff=tuple(each.name for each in accounts.members(tx)),
    )


def names_with(
    here: ForbiddenNames,
    person: Person,
    words: tuple[str, ...],
    codes: tuple[str, ...],
) -> ForbiddenNames:
    """With what is hers."""
    return replace(
        here,
        client=tuple(each for each in (person.session_name, person.aloud_name) if each),
        code_words=words,
        file_codes=codes,
    )
