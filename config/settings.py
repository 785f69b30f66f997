"""What this installation is, from its environment: read once, complete or refused.

`load` looks at the mapping it is given and at the files that mapping names, nothing
else. Every name begins with `QUIETLINE_`. A secret may stand in a file instead: for
`QUIETLINE_SECRET_KEY` that is `QUIETLINE_SECRET_KEY_FILE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from config import alert_settings, outside_settings
from config.alert_settings import USUAL_PORTS, Alerts, PhoneBy, SmtpSecurity
from config.outside_settings import Outside

PREFIX: Final = "QUIETLINE_"
_PLAIN: Final = frozenset(
    PREFIX + name
    for name in (
        *alert_settings.PLAIN,
        *outside_settings.PLAIN,
        "BACKUP_DAYS",
        "BACKUP_FOLDER",
        "BACKUP_HOUR",
        "ENV",
        "HOME",
        "HOST",
        "KEY_FILE",
        "PHONE_PAGE",
        "PORT",
        "PROXY",
        "PUBLIC_URL",
        "SENDER",
        "STOP_FILE",
        "TWILIO_ACCOUNT",
        "TWILIO_KEEPS_NUMBERS",
        "TWILIO_KEEPS_WORDS",
        "TWILIO_KEY",
        "TWILIO_NUMBER",
        "TWILIO_URL",
    )
)
_SECRET: Final = frozenset(
    PREFIX + name
    for name in (
        *alert_settings.SECRET,
        *outside_settings.SECRET,
        "DATABASE_URL",
        "SECRET_KEY",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_AUTH_TOKEN_NEXT",
        "TWILIO_SECRET",
    )
)
NAMES: Final = _PLAIN | _SECRET | {name + "_FILE" for name in _SECRET}
_DRIVERS: Final = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite",
}
_HIGHEST_PORT: Final = 65535
_UNIX: Final = "unix"
_LAST_HOUR: Final = 23
_MOST_DAYS: Final = 3650


class Environment(Enum):
    """What the installation is for. Only `PRODUCTION` may hold real people."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Sender(Enum):
    """Who carries texts away. `PHONE` is simulated: nothing it takes leaves."""

    PHONE = "phone"
    NONE = "none"
    TWILIO = "twilio"


class SettingsError(Exception):
    """The environment cannot be read. `sentences` holds one for each mistake, each
    with its remedy; correct them all and start again."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that shows itself only when asked to, never when printed."""

    _value: str = field(repr=False)

    def __str__(self) -> str:
        return "(secret)"

    def __repr__(self) -> str:
        return "Secret()"

    def reveal(self) -> str:
        """The value itself: for the one call that needs it, never for a log."""
        return self._value


@dataclass(frozen=True, slots=True)
class Twilio:
    """An account there, as far as it was given; `config.twilio_checks` says what is
    missing or wrong.

    `key` and `secret` send; the auth tokens only tell whose a callback is, two while
    one takes the other's place. What the provider may keep is chosen knowingly, so it
    has no usual value. `secret_files` are the files that secrets were read from.
    """

    account: str
    key: str
    secret: Secret | None
    auth_token: Secret | None
    next_auth_token: Secret | None
    number: str
    url: str
    keeps_words: bool | None
    keeps_numbers: bool | None
    secret_files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Backups:
    """What the worker makes by itself: once a day after `hour` by the agency's clock,
    into `folder`, where each stays for `days`. Without a folder: nothing."""

    folder: Path | None = None
    hour: int = 3
    days: int = 14


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. Paths are as given; `public_url` has no slash at its end.
    `proxies` are addresses, or `unix`."""

    environment: Environment
    home: Path
    database_url: Secret
    key_file: Path
    secret_key: Secret | None
    host: str
    port: int
    public_url: str
    sender: Sender
    phone_page: bool
    stop_file: Path
    twilio: Twilio | None = None
    alerts: Alerts = field(default_factory=Alerts)
    backups: Backups = field(default_factory=Backups)
    proxies: tuple[str, ...] = ()
    outside: Outside = field(default_factory=Outside)

    @property
    def is_postgres(self) -> bool:
        """Whether the data lies in PostgreSQL, not in a file."""
        return self.database_url.reveal().startswith("postgresql")

    @property
    def over_https(self) -> bool:
        """Whether people reach the pages by HTTPS: decides on cookies and HSTS."""
        return self.public_url.startswith("https:")


def load(env: Mapping[str, str]) -> Settings:
    """The settings in `env`. Raises SettingsError with every mistake at once."""
    reader = _Reader(env)
    reader.refuse_unknown()
    environment = reader.one_of("ENV", Environment, Environment.PRODUCTION)
    demo = environment is not Environment.PRODUCTION
    home = reader.path("HOME", _usual_home(env))
    if home is None:
        reader.complain("HOME", "is not set", "Name the folder for this agency's data.")
        home = Path()
    host = reader.text("HOST", "127.0.0.1")
    port = reader.port("PORT", 8000)
    sender = reader.one_of("SENDER", Sender, Sender.PHONE if demo else Sender.NONE)
    twilio = _twilio(reader)
    settings = Settings(
        environment=environment,
        home=home,
        database_url=reader.database_url(f"sqlite:///{home / 'quietline.sqlite'}"),
        key_file=reader.path("KEY_FILE", home / "installation.key"),
        secret_key=reader.secret("SECRET_KEY", unnamed=home / "session.key"),
        host=host,
        port=port,
        public_url=reader.web_address(
            "PUBLIC_URL", f"http://{_in_address(host)}:{port}"
        ),
        sender=sender,
        phone_page=reader.flag("PHONE_PAGE", demo and sender is Sender.PHONE),
        stop_file=reader.path("STOP_FILE", home / "STOP"),
        twilio=twilio if sender is Sender.TWILIO else None,
        alerts=_alerts(reader, twilio),
        backups=Backups(
            folder=reader.path("BACKUP_FOLDER", None),
            hour=reader.whole("BACKUP_HOUR", 3, 0, _LAST_HOUR),
            days=reader.whole("BACKUP_DAYS", 14, 1, _MOST_DAYS),
        ),
        proxies=reader.addresses("PROXY"),
        outside=Outside(
            issuer=reader.text("OIDC_ISSUER", "").rstrip("/"),
            client=reader.text("OIDC_CLIENT", ""),
            secret=reader.secret("OIDC_SECRET"),
            name=reader.text("OIDC_NAME", ""),
        ),
    )
    reader.raise_mistakes()
    return settings


def _twilio(reader: _Reader) -> Twilio:
    names = ("TWILIO_SECRET", "TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_NEXT")
    secret, token, following = (reader.secret(name) for name in names)
    files = (reader.file_of(name) for name in names)
    return Twilio(
        account=reader.text("TWILIO_ACCOUNT", ""),
        key=reader.text("TWILIO_KEY", ""),
        secret=secret,
        auth_token=token,
        next_auth_token=following,
        number=reader.text("TWILIO_NUMBER", ""),
        url=reader.web_address("TWILIO_URL", "https://api.twilio.com"),
        keeps_words=reader.flag("TWILIO_KEEPS_WORDS", None),
        keeps_numbers=reader.flag("TWILIO_KEEPS_NUMBERS", None),
        secret_files=tuple(each for each in files if each is not None),
    )


def _alerts(reader: _Reader, line: Twilio) -> Alerts:
    security = reader.one_of("ALERT_SMTP_SECURITY", SmtpSecurity, SmtpSecurity.TLS)
    return Alerts(
        smtp_host=reader.text("ALERT_SMTP_HOST", ""),
        smtp_port=reader.port("ALERT_SMTP_PORT", USUAL_PORTS[security]),
        smtp_security=security,
        smtp_user=reader.text("ALERT_SMTP_USER", ""),
        smtp_password=reader.secret("ALERT_SMTP_PASSWORD"),
        sender=reader.text("ALERT_FROM", ""),
        email=reader.text("ALERT_EMAIL", ""),
        phone=reader.text("ALERT_PHONE", ""),
        phone_by=reader.one_of("ALERT_PHONE_BY", PhoneBy, PhoneBy.TEXT),
        line=line if line.account else None,
    )


def _usual_home(env: Mapping[str, str]) -> Path | None:
    if data := env.get("XDG_DATA_HOME"):
        return Path(data) / "quietline"
    if person := env.get("HOME"):
        return Path(person) / ".local" / "share" / "quietline"
    return None


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


_Choice = TypeVar("_Choice", bound=Enum)
_Flag = TypeVar("_Flag", bool, bool | None)
_PathOrNone = TypeVar("_PathOrNone", Path, Path | None)


class _Reader:
    """Reads one name at a time and gathers what is wrong, so that all is said once."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._mistakes: list[str] = []

    def complain(self, name: str, wrong: str, remedy: str) -> None:
        self._mistakes.append(f"{PREFIX}{name} {wrong}. {remedy}")

    def raise_mistakes(self) -> None:
        if self._mistakes:
            raise SettingsError(tuple(self._mistakes))

    def refuse_unknown(self) -> None:
        for name in sorted(self._env):
            if name.startswith(PREFIX) and name not in NAMES:
                near = get_close_matches(name, sorted(NAMES), n=1)
                remedy = f"Did you mean {near[0]}?" if near else "Take it out."
                self._mistakes.append(f"{name} is no setting. {remedy}")

    def given(self, name: str) -> str | None:
        value = self._env.get(PREFIX + name)
        if value is not None and not value.strip():
            self.complain(name, "is empty", "Give it a value or take it out.")
            return None
        return value

    def text(self, name: str, usual: str) -> str:
        return self.given(name) or usual

    def path(self, name: str, usual: _PathOrNone) -> Path | _PathOrNone:
        value = self.given(name)
        return usual if value is None else Path(value)

    def one_of(self, name: str, kind: type[_Choice], usual: _Choice) -> _Choice:
        value = self.given(name)
        if value is None:
            return usual
        for each in kind:
            if each.value == value:
                return each
        known = ", ".join(str(each.value) for each in kind)
        self.complain(name, f"is “{value}”", f"It may be one of: {known}.")
        return usual

    def flag(self, name: str, usual: _Flag) -> bool | _Flag:
        value = self.given(name)
        if value not in {None, "true", "false"}:
            self.complain(name, f"is “{value}”", "It is true or false.")
        return usual if value is None else value == "true"

    def addresses(self, name: str) -> tuple[str, ...]:
        found = []
        for each in self.text(name, "").split():
            try:
                found.append(each if each == _UNIX else str(ip_address(each)))
            except ValueError:
                remedy = "Give addresses such as 127.0.0.1, or unix for a socket."
                self.complain(name, f"has “{each}”", remedy)
        return tuple(found)

    def port(self, name: str, usual: int) -> int:
        return self.whole(name, usual, 1, _HIGHEST_PORT)

    def whole(self, name: str, usual: int, least: int, most: int) -> int:
        value = self.given(name)
        if value is None:
            return usual
        if not (value.isascii() and value.isdigit()):
            self.complain(name, f"is “{value}”", "It is a whole number.")
            return usual
        if not least <= int(value) <= most:
            self.complain(name, f"is {value}", f"It may be from {least} to {most}.")
        return int(value)

    def secret(self, name: str, unnamed: Path | None = None) -> Secret | None:
        """From NAME, from the file NAME_FILE names, or from `unnamed` if there."""
        value, file = self.given(name), self.given(name + "_FILE")
        if value is not None and file is not None:
            self.complain(name, f"and {PREFIX}{name}_FILE are both set", "Keep one.")
        if value is not None:
            return Secret(value)
        if file is not None:
            return self._from_file(name, Path(file))
        if unnamed is not None and unnamed.is_file():
            return self._from_file(name, unnamed)
        return None

    def file_of(self, name: str) -> Path | None:
        """The file a secret was read from, if it was one."""
        value = self._env.get(f"{PREFIX}{name}_FILE")
        return Path(value) if value else None

    def _from_file(self, name: str, file: Path) -> Secret | None:
        try:
            value = file.read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError):
            remedy = "Put it there, let this account read it, or name another file."
            self.complain(f"{name}_FILE", f"names {file}, which cannot be read", remedy)
            return None
        if not value:
            self.complain(f"{name}_FILE", f"names {file}, which is empty", "Fill it.")
            return None
        return Secret(value)

    def database_url(self, usual: str) -> Secret:
        secret = self.secret("DATABASE_URL")
        if secret is None:
            return Secret(usual)
        scheme, _, rest = secret.reveal().partition("://")
        if scheme not in _DRIVERS or not rest:
            # The value may hold a password: it is not repeated.
            remedy = "It begins with sqlite:/// or postgresql://."
            self.complain("DATABASE_URL", "is no address of a database", remedy)
            return Secret(usual)
        return Secret(f"{_DRIVERS[scheme]}://{rest}")

    def web_address(self, name: str, usual: str) -> str:
        value = self.text(name, usual)
        if not _is_web_address(value):
            remedy = "Write it as https://name, without path, query or sign-in."
            self.complain(name, f"is “{value}”", remedy)
        return value.rstrip("/")


def _is_web_address(value: str) -> bool:
    """Plain ASCII, http or https, a host, perhaps a port, and nothing after it."""
    try:
        parts = urlsplit(value)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return (
        value.isascii()
        and not any(map(str.isspace, value))
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and parts.path in {"", "/"}
        and not (parts.query or parts.fragment or "@" in parts.netloc)
        and port_is_right
    )
