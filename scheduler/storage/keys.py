"""The key file: made once by `quietline keys init`, never invented at start (K4).

It holds the installation keys, newest last, and the index key. An installation key
wraps the data keys on the shelf; the index key makes blind indexes, and stays when
installation keys change, since an index made with another key finds nothing. The file
is in no backup: whoever has a backup and this file can read everything.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scheduler.domain.errors import Misconfigured
from scheduler.storage.types import KEY_ID_BYTES

Entropy = Callable[[int], bytes]

FORMAT = 1
SECRET_BYTES = 32
_MAX_FILE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class InstallationKey:
    """One key of this installation. `id` is 16 hexadecimal figures."""

    id: str
    created: date
    secret: bytes = field(repr=False)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose; purposes never share one."""
        info = f"quietline/{FORMAT}/{purpose}".encode()
        return HKDF(SHA256(), SECRET_BYTES, salt=None, info=info).derive(self.secret)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What the key file says. Secrets are not in its `repr`."""

    installation: str
    keys: tuple[InstallationKey, ...]
    index_secret: bytes = field(repr=False)

    @property
    def current(self) -> InstallationKey:
        """The key that new wraps and backups are made with."""
        return self.keys[-1]

    def key(self, key_id: str) -> InstallationKey | None:
        """The key with that id, or None when this file has none."""
        return next((each for each in self.keys if each.id == key_id), None)

    def check_value(self) -> str:
        """A digest over everything else, by which a slip in the file is noticed."""
        return hmac.new(
            self.current.derive("check"), _said(self).encode(), hashlib.sha256
        ).hexdigest()


def system_entropy(wanted: int) -> bytes:
    """Key material and nonces, from the machine."""
    return os.urandom(wanted)


def make(entropy: Entropy, *, installation: str, today: date) -> KeyFile:
    """New keys for a new installation, whose id is given."""
    return KeyFile(installation, (_new_key(entropy, today),), entropy(SECRET_BYTES))


def with_new_key(keys: KeyFile, entropy: Entropy, today: date) -> KeyFile:
    """The same file with one more installation key, which becomes the current one."""
    return KeyFile(
        keys.installation, (*keys.keys, _new_key(entropy, today)), keys.index_secret
    )


def only_current(keys: KeyFile) -> KeyFile:
    """The same file without the keys before the current one."""
    return KeyFile(keys.installation, keys.keys[-1:], keys.index_secret)


def replace(keys: KeyFile, path: Path) -> None:
    """Write a key file in the place of the one before, whole or not at all.

    Only inside `Shelf.alone`: two that write at once would lose a key. Raises
    Misconfigured.
    """
    path = path.resolve()
    if path.stat().st_uid != os.geteuid():
        raise Misconfigured(
            f"The key file {path} belongs to another account, which could not read it "
            "any more. Do this as that account."
        )
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(path, error) from None
    write(keys, unfinished)
    try:
        unfinished.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        raise _not_written(path, error) from None


def write(keys: KeyFile, path: Path) -> None:
    """Write a key file that only its owner can read. Raises Misconfigured.

    An existing file is never overwritten: what was sealed with it would be lost.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misconfigured(
            f"There is a key file at {path} already, and it is left as it is. "
            "Move it away only if nothing was ever stored with it."
        ) from None
    except OSError as error:
        raise _not_written(path, error) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_written(keys))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        # Half a key file would be taken for a damaged one, and never written over.
        path.unlink()
        raise _not_written(path, error) from None


def _not_written(path: Path, error: OSError) -> Misconfigured:
    return Misconfigured(
        f"The key file cannot be written to {path}: {error.strerror}. "
        "Make room, or choose a folder that you may write to."
    )


def load(path: Path) -> KeyFile:
    """Read a key file. Raises Misconfigured with a sentence and the remedy."""
    text = _read(path)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise _damaged(path, "it is not in the form that `keys init` writes") from None
    if found.get("format") != FORMAT:
        raise _damaged(path, "its format is not one this version knows")
    keys = _parsed(found, path)
    if not hmac.compare_digest(_text(found, "check", path), keys.check_value()):
        raise _damaged(path, "its check value does not fit what it holds")
    return keys


def _new_key(entropy: Entropy, today: date) -> InstallationKey:
    return InstallationKey(entropy(KEY_ID_BYTES).hex(), today, entropy(SECRET_BYTES))


def _said(keys: KeyFile) -> str:
    lines = [
        f"format = {FORMAT}",
        f'installation = "{keys.installation}"',
        f'index = "{_b64(keys.index_secret)}"',
    ]
    for each in keys.keys:
        lines += [
            "",
            "[[key]]",
            f'id = "{each.id}"',
            f"created = {each.created.isoformat()}",
            f'secret = "{_b64(each.secret)}"',
        ]
    return "\n".join(lines) + "\n"


def _written(keys: KeyFile) -> str:
    return (
        "# The keys of this Quietline installation. Without this file nothing that\n"
        "# was stored can be read; with it, everything can. Keep one copy apart from\n"
        "# the machine and apart from the backups.\n"
        f'check = "{keys.check_value()}"\n' + _said(keys)
    )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            _refuse_open_doors(path, os.fstat(file.fileno()))
            raw = file.read(_MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise Misconfigured(
            f"There is no key file at {path}. For a new installation make one with "
            "`quietline keys init`; otherwise put the kept copy there."
        ) from None
    except OSError as error:
        raise Misconfigured(
            f"The key file {path} cannot be read: {error.strerror}. "
            "Let the account that runs Quietline own it."
        ) from None
    if len(raw) > _MAX_FILE_BYTES:
        raise _damaged(path, "it is too long")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _damaged(path, "it is not text") from None


def _refuse_open_doors(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Misconfigured(f"{path} is not a file. Name the key file itself.")
    if status.st_mode & 0o077:
        raise Misconfigured(
            f"Others on this machine may read the key file {path}. "
            f"Close it with: chmod 600 '{path}'"
        )


def _parsed(found: Mapping[str, Any], path: Path) -> KeyFile:
    tables = found.get("key")
    if not isinstance(tables, list) or not tables:
        raise _damaged(path, "it holds no key")
    keys = tuple(_parsed_key(each, path) for each in tables)
    if len({each.id for each in keys}) < len(keys):
        raise _damaged(path, "two of its keys have the same id")
    installation = _text(found, "installation", path)
    index = _secret(found, "index", path)
    secrets = {index, *(each.secret for each in keys)}
    if len(secrets) < len(keys) + 1:
        raise _damaged(path, "two of its keys are the same")
    return KeyFile(installation, keys, index)


def _parsed_key(found: Any, path: Path) -> InstallationKey:
    if not isinstance(found, dict):
        raise _damaged(path, "one of its keys is no table")
    key_id = _text(found, "id", path)
    if len(key_id) != 2 * KEY_ID_BYTES or set(key_id) - set("0123456789abcdef"):
        raise _damaged(path, "the id of a key is not 16 hexadecimal figures")
    created = found.get("created")
    if type(created) is not date:
        raise _damaged(path, "a key has no date")
    return InstallationKey(key_id, created, _secret(found, "secret", path))


def _text(found: Mapping[str, Any], name: str, path: Path) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value or not value.isascii():
        raise _damaged(path, f"`{name}` is missing")
    return value


def _secret(found: Mapping[str, Any], name: str, path: Path) -> bytes:
    try:
        secret = base64.b64decode(_text(found, name, path), validate=True)
    except binascii.Error:
        raise _damaged(path, f"`{name}` is not base64") from None
    if len(secret) != SECRET_BYTES:
        raise _damaged(path, f"`{name}` is not {SECRET_BYTES} bytes long")
    if len(set(secret)) == 1:
        raise _damaged(path, f"`{name}` is a placeholder, not a key")
    return secret


def _b64(secret: bytes) -> str:
    return base64.b64encode(secret).decode("ascii")


def _damaged(path: Path, what: str) -> Misconfigured:
    return Misconfigured(
        f"The key file {path} cannot be used: {what}. Put back the copy you kept."
    )
