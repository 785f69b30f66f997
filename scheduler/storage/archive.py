"""One file with every record in it, for leaving the product.

tar, gzip, OpenPGP with a passphrase: what is in clear is never on this disk
    README.txt   schema.json   records/KIND-0001.jsonl ...
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from scheduler.storage import records
from scheduler.storage.engine import Tx
from scheduler.storage.keys import Entropy
from scheduler.storage.passphrase_file import Writer
from scheduler.storage.sealed_file import whole_file

FORM: Final = 1
_IN_ONE_FILE: Final = 10_000

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """What an archive holds: how many records of each kind, and the schema."""

    counts: Mapping[str, int]
    schema: Json


def write(
    tx: Tx,
    target: Path,
    passphrase: str,
    entropy: Entropy,
    now: datetime,
    readme: Callable[[Held], str],
) -> Held:
    """Every record of this instant to a new file. Raises NotUsable."""
    with whole_file(target) as file:
        sealed = Writer(file, passphrase, entropy)
        with tarfile.open(mode="w|gz", fileobj=sealed) as tar:
            packed = _Packed(tar, now)
            held = _records(tx, packed, now)
            packed.add("schema.json", json.dumps(held.schema, indent=1).encode())
            packed.add("README.txt", readme(held).encode())
        sealed.finish()
    return held


def _records(tx: Tx, packed: _Packed, now: datetime) -> Held:
    described = []
    for each in records.kinds():
        count = packed.add_records(each.name, each.records(tx))
        described.append(each.described(count))
    stopped = records.stopped_numbers(tx)
    count = packed.add_records(records.STOPPED_NUMBERS, stopped)
    described.append(records.stopped_described(count))
    schema = {
        "form": FORM,
        "made at": now.isoformat(),
        "kinds": described,
        "left out": records.left_out(),
    }
    return Held({each["kind"]: each["records"] for each in described}, schema)


@dataclass(frozen=True, slots=True)
class _Packed:
    tar: tarfile.TarFile
    now: datetime

    def add(self, name: str, content: bytes) -> None:
        """One file."""
        said = tarfile.TarInfo(name)
        said.size = len(content)
        said.mtime = int(self.now.timestamp())
        said.mode = 0o600
        self.tar.addfile(said, io.BytesIO(content))

    def add_records(self, kind: str, found: Iterable[Json]) -> int:
        """Files of at most ten thousand records, at least one; how many records."""
        waiting: list[bytes] = []
        count = files = 0
        for each in found:
            count += 1
            waiting.append(json.dumps(each, ensure_ascii=False).encode() + b"\n")
            if len(waiting) == _IN_ONE_FILE:
                files += 1
                self.add(f"records/{kind}-{files:04}.jsonl", b"".join(waiting))
                waiting.clear()
        if waiting or not files:
            self.add(f"records/{kind}-{files + 1:04}.jsonl", b"".join(waiting))
        return count
