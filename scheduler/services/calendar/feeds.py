"""A counsellor's taken times, read by a calendar program of hers at a secret address.

What leaves is when she is taken and a title she chose: no client, no code, no format.
Nothing may depend on it: programs look once an hour or once a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Final

from scheduler.domain.errors import Misconfigured, NotThere, QuietlineError
from scheduler.domain.lint import lint
from scheduler.domain.names import ForbiddenNames
from scheduler.domain.people import Role
from scheduler.services.calendar.availability import MAY_SET_OTHERS
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, agency, feeds
from scheduler.storage.engine import Tx
from scheduler.storage.feeds import Feed

TOKEN_BYTES: Final = 32
USUAL_TITLE: Final = "Busy"
LONGEST_TITLE: Final = 40

# Programs show what is just past; further back nothing is given out.
WEEKS_BACK: Final = 2
# "Last read" is a mark for a person: to the minute is enough, and saves the writing.
MARKED_EVERY: Final = timedelta(minutes=1)


class NotNeutral(QuietlineError):
    """The title says something to whoever looks over her shoulder."""

    def __init__(self) -> None:
        super().__init__(
            "Others may see this title. Choose plain words of at most "
            f"{LONGEST_TITLE} letters, such as “{USUAL_TITLE}”: no name, no figure, "
            "no word of this work."
        )


class AskedTooOften(QuietlineError):
    """A program reads one feed again and again. `wait` is in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__("This was read too often. Read it again in an hour.")
        self.wait = int(wait) + 1


@dataclass(frozen=True, slots=True)
class FeedState:
    """What its page shows. The address is known to whoever was shown it, once."""

    title: str
    made_at: datetime
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Served:
    """An answer to a program: `body` is None when nothing changed since `tag`."""

    tag: str
    body: bytes | None


def state(house: House, actor: Actor, staff_id: int) -> FeedState | None:
    """Whether there is a feed, and when it was last read. Raises NotThere."""
    _may_end(actor, staff_id)
    with house.store.reading() as tx:
        found = feeds.of(tx, staff_id)
    return FeedState(found.title, found.made_at, found.fetched_at) if found else None


def make(house: House, actor: Actor, title: str) -> str:
    """A new address for one's own times: its token, which is shown once and not kept.

    An address made before ends with it. Raises NotThere for whoever holds no sessions,
    NotNeutral.
    """
    now = house.now()
    token = house.tokens.token(TOKEN_BYTES)
    with house.store.begin() as tx:
        if actor.role is not Role.COUNSELLOR:
            raise NotThere
        feeds.make(tx, actor.id, token, _neutral(tx, house, title), now)
        audit.record(tx, now, actor.id, "made feed", "counsellor", str(actor.id))
    return token


def rename(house: House, actor: Actor, title: str) -> None:
    """Another title on every time, at the same address. Raises NotThere, NotNeutral."""
    now = house.now()
    with house.store.begin() as tx:
        if feeds.of(tx, actor.id) is None:
            raise NotThere
        feeds.rename(tx, actor.id, _neutral(tx, house, title))
        audit.record(tx, now, actor.id, "renamed feed", "counsellor", str(actor.id))


def end(house: House, actor: Actor, staff_id: int) -> None:
    """The address is nobody's from now on; twice is once (B8). Raises NotThere."""
    _may_end(actor, staff_id)
    now = house.now()
    with house.store.begin() as tx:
        if feeds.end(tx, staff_id):
            audit.record(tx, now, actor.id, "ended feed", "counsellor", str(staff_id))


def _may_end(actor: Actor, staff_id: int) -> None:
    """A lost laptop is somebody else's to see to as well."""
    if actor.id != staff_id and actor.role not in MAY_SET_OTHERS:
        raise NotThere


def _neutral(tx: Tx, house: House, title: str) -> str:
    title = " ".join(title.split()) or USUAL_TITLE
    about = agency.settings(tx)
    names = ForbiddenNames(
        agency=(about.name,),
        programmes=about.lint_names,
        staff=tuple(each.name for each in accounts.members(tx)),
    )
    if len(title) > LONGEST_TITLE or lint(title, house.words, names):
        raise NotNeutral
    return title


def serve(house: House, token: str, tags: tuple[str, ...] = ()) -> Served:
    """What a program gets that has what is under `tags`. An unknown token and one that
    ended are NotThere alike. Raises AskedTooOften."""
    if house.feeds is None:
        raise Misconfigured("This installation gives out no calendars.")
    now = house.now()
    since = _since(now)
    with house.store.glancing() as tx:
        feed = feeds.by_token(tx, token)
    if feed is None:
        raise NotThere
    wait = house.flood.too_many(feed.token_hash, house.clock.monotonic())
    if wait:
        raise AskedTooOften(wait)
    given_at = _given_at(feed, now)
    tag = _tag(feed, since, given_at)
    _mark(house, feed, given_at, now)
    if tag in tags:
        return Served(tag, None)
    # A session booked in between makes the next tag another one.
    with house.store.reading() as tx:
        entries = feeds.taken(tx, feed.staff_id, since)
    body = house.feeds.write(entries, title=feed.title, stamped_at=given_at)
    return Served(tag, body)


def _since(now: datetime) -> datetime:
    """A Monday, so that what is given out changes by itself once a week only."""
    monday = now.date() - timedelta(days=now.weekday(), weeks=WEEKS_BACK)
    return datetime.combine(monday, time(), UTC)


def _given_at(feed: Feed, now: datetime) -> datetime:
    """When this revision was first given out: the stamp of every entry."""
    known = feed.given_revision == feed.revision and feed.given_at is not None
    return feed.given_at if known and feed.given_at else now.replace(microsecond=0)


def _tag(feed: Feed, since: datetime, given_at: datetime) -> str:
    """Names exactly these bytes. A revision that comes back with a restored backup
    comes with its own instant."""
    about = f"{feed.revision} {since.isoformat()} {given_at.isoformat()}"
    return sha256(feed.token_hash + about.encode()).hexdigest()[:32]


def _mark(house: House, feed: Feed, given_at: datetime, now: datetime) -> None:
    fresh = feed.fetched_at is not None and now - feed.fetched_at < MARKED_EVERY
    if fresh and feed.given_at == given_at and feed.given_revision == feed.revision:
        return
    with house.store.begin() as tx:
        feeds.fetched(tx, feed, given_at, now)
