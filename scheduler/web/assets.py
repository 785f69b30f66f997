"""Style sheet, scripts and icon under names that change with their content.

The core scripts are small files without imports, sent as one: a page takes the sheet,
the icon and one script, and no more. The product's name is in no address, so that a
browser's history says nothing.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "static"

CORE: Final = (
    "here.js",
    "keys.js",
    "filter.js",
    "countdown.js",
    "cover.js",
    "announce.js",
    "forms.js",
)
"""What every page loads, in this order, as `quietline.js`."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    name: str
    body: bytes
    kind: str


class Assets:
    """All files, read once. `url("plan.js")` is an address that may be kept forever."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = {each.name: _read(each) for each in sorted(folder.iterdir())}
        core = [files.pop(name) for name in CORE]
        files["quietline.js"] = b"".join(b"{\n" + part + b"}\n" for part in core)
        self._hashed = {name: _hashed(name, body) for name, body in files.items()}
        self._by_address = {each.name: each for each in self._hashed.values()}

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError for one that is not there."""
        return f"/static/{self._hashed[name].name}"

    def find(self, hashed_name: str) -> Asset | None:
        """The file under its full name; an old or a plain name finds nothing."""
        return self._by_address.get(hashed_name)


def _read(file: Path) -> bytes:
    """Sheet and scripts without what is for readers of the source: whole lines of
    remarks, and what stands before a line. A tenth of a first visit."""
    body = file.read_bytes()
    if file.suffix not in {".css", ".js"}:
        return body
    if file.suffix == ".css":
        body = re.sub(rb"/\*.*?\*/", b"", body, flags=re.DOTALL)
    lines = (each.strip() for each in body.splitlines())
    return b"".join(each + b"\n" for each in lines if each and each[:2] != b"//")


def _hashed(name: str, body: bytes) -> Asset:
    stem, _, ending = name.replace("quietline.", "page.").rpartition(".")
    kind = {"js": "text/javascript", "svg": "image/svg+xml"}.get(ending)
    kind = kind or mimetypes.types_map.get(f".{ending}", "application/octet-stream")
    digest = sha256(body).hexdigest()[:12]
    return Asset(f"{stem}.{digest}.{ending}", body, f"{kind}; charset=utf-8")
