"""What the made-up provider took: on the disk before it says so."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

FINAL = frozenset({"delivered", "undelivered", "failed"})


class Book:
    """Messages by id, in order. Every change is on the disk before it is answered."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._messages: dict[str, dict[str, Any]] = {}
        if file.exists():
            for line in file.read_text().splitlines():
                self._apply(json.loads(line))
        self._file = file.open("a")

    def _apply(self, entry: dict[str, Any]) -> None:
        sid = entry["sid"]
        if entry.get("gone"):
            self._messages.pop(sid, None)
        else:
            self._messages.setdefault(sid, {}).update(entry)

    def _write(self, entry: dict[str, Any]) -> None:
        self._apply(entry)
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def take(self, form: Mapping[str, str]) -> dict[str, Any]:
        """One message, as it will be shown: without what was not to be kept."""
        hidden = form["AddressRetention"] == "obfuscate"
        entry = {
            "sid": f"SM{secrets.token_hex(16)}",
            "to": form["To"][:-4] + "XXXX" if hidden else form["To"],
            "from": form["From"],
            "body": "" if form["ContentRetention"] == "discard" else form["Body"],
            "validity": int(form["ValidityPeriod"]),
            "callback": form["StatusCallback"],
            "status": "queued",
            "error_code": None,
            "made_at": datetime.now(UTC).isoformat(),
            # For tests alone: what was handed over, whatever is shown of it.
            "real_to": form["To"],
            "real_body": form["Body"],
        }
        with self._lock:
            self._write(entry)
            return dict(self._messages[entry["sid"]])

    def get(self, sid: str) -> dict[str, Any] | None:
        """One message, or None."""
        with self._lock:
            found = self._messages.get(sid)
            return dict(found) if found else None

    def all(self) -> list[dict[str, Any]]:
        """Everything it took and was not told to delete, oldest first."""
        with self._lock:
            return [dict(each) for each in self._messages.values()]

    def change(self, sid: str, **values: Any) -> None:
        """Something about a message is different now."""
        with self._lock:
            self._write({"sid": sid, **values})

    def delete(self, sid: str) -> None:
        """A message is there no longer."""
        with self._lock:
            self._write({"sid": sid, "gone": True})


def shown(entry: Mapping[str, Any], account: str) -> dict[str, Any]:
    """A message as the interface shows it."""
    made = format_datetime(datetime.fromisoformat(entry["made_at"]))
    path = f"/2010-04-01/Accounts/{account}/Messages/{entry['sid']}"
    return {
        "sid": entry["sid"],
        "account_sid": account,
        "api_version": "2010-04-01",
        "to": entry["to"],
        "from": entry["from"],
        "body": entry["body"],
        "status": entry["status"],
        "direction": "outbound-api",
        "date_created": made,
        "date_updated": made,
        "date_sent": None if entry["status"] == "queued" else made,
        "error_code": entry["error_code"],
        "error_message": None,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "uri": f"{path}.json",
        "subresource_uris": {"media": f"{path}/Media.json"},
    }
