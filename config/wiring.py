"""The composition root: the only place where the parts meet."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from flask import Flask

from config import checks, twilio_checks, wordlists
from config.alert_settings import Alerts
from config.machine import machine_text
from config.settings import Environment, Sender, Settings
from integrations.alerts.by_email import EmailAlerts, Mailbox, Security
from integrations.alerts.by_phone import By, Line, PhoneAlerts
from integrations.calendars.feed import IcsWriter
from integrations.calendars.fetching import HttpsCalendars
from integrations.calendars.ics import IcsBusyCalendar
from integrations.calendars.provinces import ProvincialHolidays
from integrations.sms.phone import SimulatedPhone
from scheduler.clock import SystemClock, SystemTokens
from scheduler.domain.errors import Misconfigured
from scheduler.ports import (
    Callbacks,
    Clock,
    MessageSender,
    OutsideDoor,
    StaffAlerts,
    Tokens,
)
from scheduler.services.house import Backups, House, Identity
from scheduler.services.simulation.made_up import MadeUpClock, Provider, SeededTokens
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts
from scheduler.services.stops.clock_watch import ClockWatch
from scheduler.services.watching.board import Board
from scheduler.storage import agency, erased_list, keys, migrate, scratch
from scheduler.storage.engine import Store, open_store
from scheduler.web.app import PAGES, create_app
from scheduler.web.callbacks import STATUS_PATH, TEXT_PATH, callback_pages
from scheduler.web.outside import BACK_PATH
from scheduler.web.phone import phone_pages
from scheduler.web.shell import Services, WebSettings

SimulationBuild = Callable[[MadeUpClock], tuple[House, Provider]]

PHONE_SCREEN = "phone.jsonl"


@dataclass(frozen=True, slots=True)
class Installation:
    """A house and what it was built from."""

    settings: Settings
    house: House
    passwords: Passwords
    phone: SimulatedPhone | None
    callbacks: Callbacks | None = None

    def close(self) -> None:
        """Give the connections back."""
        self.house.store.close()


@cache
def _words() -> wordlists.Words:
    """The word lists, compiled once a process."""
    return wordlists.load()


def refuse_problems(settings: Settings) -> None:
    """Do not start with what must not be. Raises Misconfigured with every sentence."""
    errors = [
        each for each in checks.problems(settings) if each.level is checks.Level.ERROR
    ]
    if errors:
        raise Misconfigured(
            "\n".join(f"{each.sentence} {each.remedy}" for each in errors)
        )


def open_installation(
    settings: Settings,
    *,
    new: bool = False,
    pending_ok: bool = False,
    clock: Clock | None = None,
    tokens: Tokens | None = None,
) -> Installation:
    """The installation of some settings. Raises Misconfigured, StorageUnavailable.

    `new` makes the database first; otherwise one that is not up to date is refused.
    A `clock` and `tokens` other than the system's are for making a demo.
    """
    refuse_problems(settings)
    if not new:
        _refuse_absent(settings)
    store = open_store(
        settings.database_url.reveal(),
        keys.load(settings.key_file),
        keys.system_entropy,
        key_path=settings.key_file,
    )
    clock = clock or SystemClock()
    if new:
        migrate.prepare(store, clock.now())
    else:
        _refuse_pending(store, ok=pending_ok)
    store.check()
    words = _words()
    phone = None
    if settings.sender is Sender.PHONE:
        phone = SimulatedPhone(clock, screen=settings.home / PHONE_SCREEN)
    sender, callbacks = _twilio(settings) or (phone, None)
    chance = tokens or SystemTokens()
    house = House(
        store=store,
        clock=clock,
        tokens=chance,
        words=words.lists,
        replies=words.replies,
        starters=words.starters,
        sender=sender,
        calendars=IcsBusyCalendar(clock),
        fetch=HttpsCalendars(),
        feeds=IcsWriter(),
        provinces=ProvincialHolidays(),
        worker=SystemTokens().uuid(),
        stop_file=settings.stop_file,
        erased_list=settings.home / erased_list.NAME,
        backups=_backups(settings),
        identity=_identity(settings, store),
        clock_watch=ClockWatch(clock),
        alerts=_alerts(settings.alerts, clock, chance),
        outside=_outside(settings),
        agency_reach=_agency_reach(settings.alerts),
    )
    return Installation(settings, house, Passwords(), phone, callbacks)


def _twilio(settings: Settings) -> tuple[MessageSender, Callbacks] | None:
    given = settings.twilio
    if given is None:
        return None
    # The library is large: only an agency that sends by it waits for it.
    from integrations.sms.twilio import TwilioAccount, TwilioSender  # noqa: PLC0415
    from integrations.sms.twilio_callbacks import (  # noqa: PLC0415
        Signed,
        TwilioCallbacks,
    )

    receipts = settings.public_url + STATUS_PATH
    tokens = (given.auth_token, given.next_auth_token)
    account = TwilioAccount(
        account=given.account,
        key=given.key,
        secret=given.secret.reveal() if given.secret else "",
        number=given.number,
        receipts=receipts,
        keep_words=bool(given.keeps_words),
        keep_numbers=bool(given.keeps_numbers),
        url=given.url,
    )
    signed = Signed(
        account=given.account,
        tokens=tuple(each.reveal() for each in tokens if each is not None),
        receipts=receipts,
        texts=settings.public_url + TEXT_PATH,
    )
    return TwilioSender(account), TwilioCallbacks(signed)


def _outside(settings: Settings) -> OutsideDoor | None:
    given = settings.outside
    if not given.given:
        return None
    # An extra: only an agency that has such a door installs it.
    from integrations.accounts.openid import OpenIdDoor  # noqa: PLC0415

    return OpenIdDoor(
        issuer=given.issuer,
        client=given.client,
        secret=given.secret.reveal() if given.secret else "",
        back=settings.public_url + BACK_PATH,
    )


def _backups(settings: Settings) -> Backups:
    given = settings.backups
    return Backups(
        key_file=settings.key_file,
        scratch=settings.home,
        folder=given.folder,
        hour=given.hour,
        days=given.days,
    )


def _identity(settings: Settings, store: Store) -> Identity:
    return Identity(
        installation=store.vault.installation,
        machine=store.vault.index("machine", machine_text(settings)),
        production=settings.environment is Environment.PRODUCTION,
        stays_here=settings.environment is Environment.TEST
        and settings.twilio is not None
        and twilio_checks.stays_here(settings.twilio.url),
    )


def _alerts(given: Alerts, clock: Clock, tokens: Tokens) -> tuple[StaffAlerts, ...]:
    ways: list[StaffAlerts] = []
    if given.smtp_host:
        password = given.smtp_password
        mailbox = Mailbox(
            host=given.smtp_host,
            port=given.smtp_port,
            sender=given.sender,
            security=Security(given.smtp_security.value),
            user=given.smtp_user,
            password=password.reveal() if password else "",
        )
        ways.append(EmailAlerts(mailbox, clock, tokens))
    account = given.line
    if given.by_phone and account is not None:
        line = Line(
            account=account.account,
            key=account.key,
            secret=account.secret.reveal() if account.secret else "",
            number=account.number,
            by=By(given.phone_by.value),
            url=account.url,
        )
        ways.append(PhoneAlerts(line))
    return tuple(ways)


def _agency_reach(given: Alerts) -> dict[str, str]:
    both = {"email": given.email, "phone": given.phone}
    return {way: address for way, address in both.items() if address}


def _refuse_absent(settings: Settings) -> None:
    # SQLite would make an empty file, and the next start would take it for ours.
    where = Path(settings.database_url.reveal().partition(":///")[2].partition("?")[0])
    if not settings.is_postgres and not where.is_file():
        raise Misconfigured(
            f"There is no database at {where}. Run “quietline init” for a new agency, "
            "“quietline restore” for a backup, or put the address right in "
            "QUIETLINE_HOME or QUIETLINE_DATABASE_URL."
        )


def _refuse_pending(store: Store, *, ok: bool) -> None:
    with store.reading() as tx:
        if migrate.revision(tx.conn) is None:
            raise Misconfigured(
                "The database is empty. Run “quietline init” for a new agency, or "
                "“quietline restore” for a backup."
            )
    waiting = migrate.pending(store.engine)
    if waiting and not ok:
        raise Misconfigured(
            f"The database needs {len(waiting)} more step(s) before this version can "
            "use it. Make a backup, then run “quietline migrate”."
        )


def build_app(installation: Installation) -> Flask:
    """The pages of an installation."""
    settings = installation.settings
    with installation.house.store.reading() as tx:
        about = agency.settings(tx)
    secret = settings.secret_key
    if secret is None:
        raise Misconfigured(
            "There is no key that signs forms. Run “quietline keys init”, or name one "
            "in QUIETLINE_SECRET_KEY_FILE."
        )
    web = WebSettings(
        public_url=settings.public_url,
        secret_key=secret.reveal().encode(),
        zone=about.zone,
        twelve_hours=about.twelve_hour,
        demo=settings.environment is Environment.DEMO,
        proxies=settings.proxies,
        outside=settings.outside.name,
    )
    services = Services(
        house=installation.house,
        accounts=Accounts(installation.house, installation.passwords),
        board=Board(installation.house),
    )
    phone = installation.phone if settings.phone_page else None
    posted = installation.callbacks
    pages = (
        *PAGES,
        *((phone_pages(phone),) if phone is not None else ()),
        *((callback_pages(posted),) if posted is not None else ()),
    )
    return create_app(services, web, pages)


@contextmanager
def simulation(*, seed: int, postgres: str | None = None) -> Iterator[SimulationBuild]:
    """Houses on fresh databases with a simulated phone, for replays.

    On SQLite in a temporary folder, in memory where there is one; with `postgres` in a
    database of its own on that server, dropped afterwards.
    """
    words = _words()
    in_memory = Path("/dev/shm")  # noqa: S108 - only a faster temporary folder
    folder = Path(tempfile.mkdtemp(dir=in_memory if in_memory.is_dir() else None))
    made = keys.make(
        keys.system_entropy, installation="simulation", today=date(2026, 1, 1)
    )
    label = SystemTokens().uuid().replace("-", "_")

    def build(clock: MadeUpClock) -> tuple[House, Provider]:
        phone = SimulatedPhone(clock)
        address = postgres_url or f"sqlite:///{folder / 'quietline.sqlite'}"
        store = open_store(address, made, keys.system_entropy)
        migrate.prepare(store, clock.now())
        house = House(
            store=store,
            clock=clock,
            tokens=SeededTokens(seed),
            words=words.lists,
            replies=words.replies,
            sender=phone,
        )
        return house, phone

    try:
        if postgres is None:
            postgres_url = None
            yield build
        else:
            with scratch.database(postgres, label) as postgres_url:
                yield build
    finally:
        shutil.rmtree(folder, ignore_errors=True)
