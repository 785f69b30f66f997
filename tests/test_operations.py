"""What docs/operations hands to systemd and nginx is what it says it is. Where the
programs themselves are there, they are asked as well."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

import pytest

from scheduler.web.api.document import PREFIX
from scheduler.web.callbacks import STATUS_PATH, TEXT_PATH
from tests.contracts import ROOT

OPERATIONS: Final = ROOT / "docs" / "operations"
UNITS: Final = sorted((OPERATIONS / "units").glob("*.service"))
NGINX: Final = (OPERATIONS / "nginx.conf").read_text()

CLOSED: Final = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RestrictSUIDSGID": "yes",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
    "User": "quietline",
}


def said(unit: Path) -> dict[str, list[str]]:
    """Every line of a unit, by its name."""
    found: dict[str, list[str]] = {}
    text = unit.read_text().replace("\\\n", " ")
    for name, value in re.findall(r"^([A-Z]\w+)=(.*)$", text, re.MULTILINE):
        found.setdefault(name, []).append(" ".join(value.split()))
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
def test_every_unit_is_closed_and_none_runs_as_root(unit: Path) -> None:
    lines = said(unit)
    assert {name: lines.get(name, [None])[-1] for name in CLOSED} == CLOSED
    assert "~@privileged @resources" in lines["SystemCallFilter"]
    assert all(each.startswith("/opt/quietline/.venv") for each in lines["ExecStart"])


@pytest.mark.parametrize(
    ("unit", "signal"),
    [("quietline.service", ["SIGINT"]), ("quietline-worker.service", None)],
)
def test_what_sends_is_ended_by_the_signal_it_heeds(
    unit: str, signal: list[str] | None
) -> None:
    # `run` ends in order on Ctrl-C, `worker` on TERM, which is what systemd sends.
    lines = said(OPERATIONS / "units" / unit)
    assert lines.get("KillSignal") == signal
    assert int(lines["TimeoutStopSec"][0]) >= 90


def test_the_command_for_people_leaves_no_setting_of_its_own_behind() -> None:
    text = (OPERATIONS / "units" / "quietline").read_text()
    assert "QUIETLINE_" not in text
    assert "unset SETTINGS" in text
    subprocess.run(["/bin/sh", "-n"], input=text, text=True, check=True)


def blocks(name: str) -> Iterator[str]:
    """The servers with that name, without what is said about them."""
    text = re.sub(r"^\s*#.*$", "", NGINX, flags=re.MULTILINE)
    for body in re.findall(r"^server \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL):
        if f"server_name {name};" in body or (not name and "server_name" not in body):
            yield body


def test_nginx_writes_no_address_down_and_no_form_to_the_disk() -> None:
    servers = [*blocks(""), *blocks("office.example.org"), *blocks("door.example.net")]
    assert len(servers) == 5
    for body in servers:
        assert "access_log off;" in body
        assert "server_tokens off;" in body
        assert set(re.findall(r"error_log (\S+)", body)) <= {"/dev/null"}
    [office] = [each for each in blocks("office.example.org") if "proxy_pass" in each]
    assert "error_log /dev/null" in office
    assert "client_max_body_size 2m;" in office
    assert "client_body_buffer_size 2m;" in office
    assert "proxy_max_temp_file_size 0;" in office


def test_nginx_says_itself_who_asks_and_sends_nothing_twice() -> None:
    [office] = [each for each in blocks("office.example.org") if "proxy_pass" in each]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in office
    assert 'proxy_set_header Forwarded "";' in office
    assert "proxy_next_upstream off;" in office
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in office


def test_no_staff_page_is_behind_the_door_nor_behind_another_name() -> None:
    for body in (*blocks("door.example.net"), *blocks("")):
        assert "proxy_pass" not in body
        assert re.search(r"location / \{ return (404|444); \}", body)


FOR_PROGRAMS: Final = (
    f"{PREFIX}/find",
    f"{STATUS_PATH}reference",
    TEXT_PATH,
    "/calendar/token.ics",
)


def test_programs_that_ask_without_tls_are_not_led_on() -> None:
    """ASVS 4.1.2; which addresses are pages is said by the program's own names."""
    [plain] = [each for each in blocks("office.example.org") if "listen 80;" in each]
    closed = re.findall(r"location (/\S+/) \{ return 403; \}", plain)
    assert all(each.startswith(tuple(closed)) for each in FOR_PROGRAMS)
    assert not any(page.startswith(tuple(closed)) for page in ("/today", "/sign-in"))


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not on this machine")
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_nginx_itself_leads_people_on_and_programs_nowhere(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    [plain] = [each for each in blocks("office.example.org") if "listen 80;" in each]
    plain = plain.replace("listen [::]:80;", "")
    plain = plain.replace("listen 80;", f"listen 127.0.0.1:{unused_tcp_port};")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; daemon off;\n"
        f"events {{}}\nhttp {{ server {{ {plain} }} }}\n"
    )
    asked = ["nginx", "-e", f"{tmp_path}/log", "-c", f"{tmp_path}/nginx.conf"]
    serving = subprocess.Popen(asked)
    try:
        people = answered(unused_tcp_port, "/today")
        assert people == (308, "https://office.example.org/today")
        for path in FOR_PROGRAMS:
            assert answered(unused_tcp_port, path) == (403, None)
    finally:
        serving.terminate()
        serving.wait(20)


def answered(port: int, path: str) -> tuple[int, str | None]:
    """Status and where it leads, once somebody listens there."""
    for _ in range(200):
        asking = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asking.request("GET", path, headers={"Host": "office.example.org"})
            got = asking.getresponse()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return got.status, got.headers["Location"]
        finally:
            asking.close()
    raise AssertionError("Nobody listens there.")


@pytest.fixture
def unused_tcp_port() -> int:
    """A port of this machine that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not on this machine")
def test_nginx_itself_takes_the_file(tmp_path: Path) -> None:
    making = ["openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "1"]
    making += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=x"]
    made = [*making, "-keyout", tmp_path / "x.key", "-out", tmp_path / "x.crt"]
    subprocess.run(made, check=True, capture_output=True)
    text = re.sub(r"/etc/ssl/quietline/\w+\.(crt|key)", rf"{tmp_path}/x.\1", NGINX)
    (tmp_path / "quietline.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\n"
        f"http {{ include {tmp_path}/quietline.conf; }}\n"
    )
    asked = ["nginx", "-t", "-e", f"{tmp_path}/log", "-c", f"{tmp_path}/nginx.conf"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd is not on this machine"
)
@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
def test_systemd_calls_every_unit_well_closed(unit: Path) -> None:
    asked = ["systemd-analyze", "security", "--offline=yes", str(unit)]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    level = re.search(r"exposure level for \S+: ([0-9.]+)", told.stdout)
    assert level is not None, told.stderr
    assert float(level[1]) < 2
