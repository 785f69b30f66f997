"""Settings are read strictly: complete, or refused with every mistake at once."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import outside_settings
from config.settings import (
    NAMES,
    Environment,
    Secret,
    Sender,
    Settings,
    SettingsError,
    load,
)

HOME = {"HOME": "/home/ada", "QUIETLINE_HOME": "/srv/agency"}


def mistakes(**env: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        load(HOME | {f"QUIETLINE_{name}": value for name, value in env.items()})
    return refused.value.sentences


def loaded(**env: str) -> Settings:
    return load(HOME | {f"QUIETLINE_{name}": value for name, value in env.items()})


def test_a_folder_is_all_an_installation_must_name() -> None:
    settings = load(HOME)
    home = Path("/srv/agency")
    assert settings.environment is Environment.PRODUCTION
    assert settings.database_url.reveal() == "sqlite:////srv/agency/quietline.sqlite"
    assert settings.key_file == home / "installation.key"
    assert settings.stop_file == home / "STOP"
    assert settings.secret_key is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"


def test_unless_told_otherwise_nothing_leaves_and_no_phone_is_shown() -> None:
    settings = load(HOME)
    assert settings.sender is Sender.NONE
    assert settings.phone_page is False


@pytest.mark.parametrize("environment", ["demo", "test"])
def test_a_demo_sends_to_the_simulated_phone_and_shows_it(environment: str) -> None:
    settings = loaded(ENV=environment)
    assert settings.sender is Sender.PHONE
    assert settings.phone_page is True


def test_a_demo_without_the_phone_has_no_phone_page() -> None:
    assert loaded(ENV="demo", SENDER="none").phone_page is False


def test_everything_named_is_taken() -> None:
    settings = loaded(
        ENV="demo",
        DATABASE_URL="postgresql://quiet:line@db.internal/agency",
        KEY_FILE="/etc/quietline/key",
        SECRET_KEY="s" * 40,
        HOST="::1",
        PORT="8443",
        SENDER="none",
        PHONE_PAGE="true",
        STOP_FILE="/run/quietline/stop",
    )
    assert settings == Settings(
        environment=Environment.DEMO,
        home=Path("/srv/agency"),
        database_url=Secret("postgresql+psycopg://quiet:line@db.internal/agency"),
        key_file=Path("/etc/quietline/key"),
        secret_key=Secret("s" * 40),
        host="::1",
        port=8443,
        public_url="http://[::1]:8443",
        sender=Sender.NONE,
        phone_page=True,
        stop_file=Path("/run/quietline/stop"),
    )
    assert settings.is_postgres


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        load(HOME).port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("env", "home"),
    [
        ({"XDG_DATA_HOME": "/data", "HOME": "/home/ada"}, "/data/quietline"),
        ({"HOME": "/home/ada"}, "/home/ada/.local/share/quietline"),
    ],
)
def test_data_lies_where_the_account_keeps_its_data(
    env: dict[str, str], home: str
) -> None:
    assert load(env).home == Path(home)


def test_without_any_home_the_folder_must_be_named() -> None:
    with pytest.raises(SettingsError, match="QUIETLINE_HOME is not set"):
        load({})


def test_a_misspelt_name_is_refused_with_the_nearest_one() -> None:
    (sentence,) = mistakes(SENDR="phone")
    assert sentence == "QUIETLINE_SENDR is no setting. Did you mean QUIETLINE_SENDER?"


def test_a_name_like_no_other_is_refused_too() -> None:
    with pytest.raises(SettingsError, match="QUIETLINE_ is no setting"):
        load(HOME | {"QUIETLINE_": "1"})


def test_names_of_other_programs_are_left_alone() -> None:
    assert load(HOME | {"PORT": "99999", "quietline_port": "x"}) == load(HOME)


def test_every_mistake_is_said_at_once() -> None:
    sentences = mistakes(ENV="live", PORT="http", PHONE_PAGE="yes", HOSTT="::")
    assert sorted(each.split()[0] for each in sentences) == [
        "QUIETLINE_ENV",
        "QUIETLINE_HOSTT",
        "QUIETLINE_PHONE_PAGE",
        "QUIETLINE_PORT",
    ]


@pytest.mark.parametrize("word", ["True", "TRUE", "1", "0", "yes", "on", "false "])
def test_only_two_words_are_a_yes_or_a_no(word: str) -> None:
    assert mistakes(PHONE_PAGE=word) == (
        f"QUIETLINE_PHONE_PAGE is “{word}”. It is true or false.",
    )


def test_the_two_words_are_taken() -> None:
    assert loaded(PHONE_PAGE="true").phone_page is True
    assert loaded(ENV="demo", PHONE_PAGE="false").phone_page is False


@pytest.mark.parametrize("name", ["ENV", "SENDER"])
@pytest.mark.parametrize("value", ["Production", "Twilio", "demo,test"])
def test_a_choice_is_one_of_those_offered(name: str, value: str) -> None:
    (sentence,) = mistakes(**{name: value})
    assert f"is “{value}”. It may be one of: " in sentence


@pytest.mark.parametrize(
    "port", ["0", "65536", "-1", "8000 ", "\uff18000", "0x50", "8e3"]
)
def test_a_port_is_a_whole_number_that_a_port_can_be(port: str) -> None:
    assert mistakes(PORT=port)[0].startswith("QUIETLINE_PORT is ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("BACKUP_HOUR", each) for each in ("24", "-1", "three")),
        *(("BACKUP_DAYS", each) for each in ("0", "3651", "1.5")),
    ],
)
def test_hour_and_days_of_backups_are_what_they_can_be(name: str, value: str) -> None:
    assert mistakes(**{name: value})[0].startswith(f"QUIETLINE_{name} is ")


def test_servers_in_front_are_addresses_or_a_socket() -> None:
    found = load(HOME | {"QUIETLINE_PROXY": "127.0.0.1  ::1 unix"})
    assert found.proxies == ("127.0.0.1", "::1", "unix")
    for wrong in ("proxy.example", "127.0.0.1,::1", "*", "10.0.0.0/8"):
        [sentence] = mistakes(PROXY=wrong)
        assert sentence.startswith("QUIETLINE_PROXY has ")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_an_empty_value_is_a_mistake_not_a_default(name: str) -> None:
    (sentence,) = mistakes(**{name.removeprefix("QUIETLINE_"): "  "})
    assert sentence == f"{name} is empty. Give it a value or take it out."


@pytest.mark.parametrize(
    "address",
    [
        "quietline.example",
        "ftp://quietline.example",
        "https://",
        "https://quietline.example/staff",
        "https://quietline.example?x=1",
        "https://quietline.example#x",
        "https://ada:secret@quietline.example",
        "https://quietlíne.example",
        "https://quiet line.example",
        "https://quietline.example\n",
        "https://quietline.example:0",
        "https://quietline.example:port",
        "https://[quietline",
    ],
)
def test_a_public_address_is_plain_and_ends_after_its_host(address: str) -> None:
    assert mistakes(PUBLIC_URL=address)[0].startswith("QUIETLINE_PUBLIC_URL is ")


def test_a_public_address_loses_the_slash_at_its_end() -> None:
    settings = loaded(PUBLIC_URL="https://quietline.example:8443/")
    assert settings.public_url == "https://quietline.example:8443"
    assert settings.over_https


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_means_the_one_driver(scheme: str) -> None:
    settings = loaded(DATABASE_URL=f"{scheme}://db/agency")
    assert settings.database_url.reveal() == "postgresql+psycopg://db/agency"


@pytest.mark.parametrize("address", ["mysql://u:hunter2@db/x", "sqlite://", "hunter2"])
def test_another_database_is_refused_without_repeating_its_password(
    address: str,
) -> None:
    (sentence,) = mistakes(DATABASE_URL=address)
    assert sentence.startswith("QUIETLINE_DATABASE_URL is no address of a database.")
    assert "hunter2" not in sentence


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
def test_a_secret_may_come_from_a_file(name: str, tmp_path: Path) -> None:
    value = "postgresql+psycopg://quiet:line@db/agency"
    file = tmp_path / "secret"
    file.write_text(value + "\n")
    settings = loaded(**{f"{name}_FILE": str(file)})
    assert Secret(value) in (settings.secret_key, settings.database_url)


def test_only_the_last_line_end_of_a_secret_file_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(" a secret \n\n")
    secret = loaded(SECRET_KEY_FILE=str(file)).secret_key
    assert secret == Secret(" a secret \n")


def test_a_named_secret_file_that_is_missing_is_fatal(tmp_path: Path) -> None:
    file = tmp_path / "gone"
    (sentence,) = mistakes(SECRET_KEY_FILE=str(file))
    assert sentence.startswith(
        f"QUIETLINE_SECRET_KEY_FILE names {file}, which cannot be read."
    )


@pytest.mark.parametrize(
    ("content", "wrong"), [(b"", "empty"), (b"\n", "empty"), (b"\xff\xfe", "read")]
)
def test_a_secret_file_without_a_secret_is_fatal(
    content: bytes, wrong: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    (sentence,) = mistakes(SECRET_KEY_FILE=str(file))
    assert wrong in sentence


def test_a_secret_comes_from_one_place_only(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("x")
    (sentence,) = mistakes(SECRET_KEY="x", SECRET_KEY_FILE=str(file))
    assert "are both set. Keep one." in sentence


def test_the_key_that_init_wrote_is_found_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "session.key").write_text("k" * 43 + "\n")
    settings = load({"QUIETLINE_HOME": str(tmp_path)})
    assert settings.secret_key == Secret("k" * 43)


@given(secret=st.text(st.characters(codec="ascii"), min_size=8).filter(str.strip))
def test_no_printed_form_of_the_settings_shows_a_secret(secret: str) -> None:
    settings = load(
        HOME
        | {"QUIETLINE_SECRET_KEY": f"canary-{secret}"}
        | {"QUIETLINE_DATABASE_URL": f"postgresql://quiet:canary-{secret}@db/x"}
    )
    shown = f"{settings!r}{settings}{settings.secret_key}{settings.database_url:}"
    assert "canary" not in shown
    assert settings.secret_key is not None
    assert settings.secret_key.reveal() == f"canary-{secret}"


def test_another_door_is_given_whole_or_not_at_all() -> None:
    given = {
        "QUIETLINE_OIDC_ISSUER": "https://accounts.example.org/",
        "QUIETLINE_OIDC_CLIENT": "quietline",
        "QUIETLINE_OIDC_SECRET": "a secret",
        "QUIETLINE_OIDC_NAME": "Lakeside",
    }
    whole = load(HOME | given)
    assert whole.outside.issuer == "https://accounts.example.org"
    assert not list(outside_settings.errors(whole))
    assert not list(outside_settings.errors(load(HOME)))
    for name in given:
        part = load(HOME | {each: given[each] for each in given if each != name})
        assert name in next(iter(outside_settings.errors(part)))[0]
    clear = load(
        HOME | given | {"QUIETLINE_OIDC_ISSUER": "http://accounts.example.org"}
    )
    assert "no HTTPS" in next(iter(outside_settings.errors(clear)))[0]
