"""A scenario as the text of a TOML file (tomllib reads, and does not write)."""

import json
from datetime import UTC, date, datetime
from typing import Any


def to_toml(scenario: dict[str, Any]) -> str:
    """The file of a scenario; reading it back gives the same dictionary."""
    lines: list[str] = []
    _table(scenario, "", lines)
    return "\n".join(lines).strip() + "\n"


def _table(table: dict[str, Any], path: str, lines: list[str]) -> None:
    inside = {"step": {"*"}, "sent": {"*"}}.get(path.rsplit(".", maxsplit=1)[-1], set())
    later: list[tuple[str, Any]] = []
    for key, value in table.items():
        if "*" not in inside and (_is_tables(key, value) or _is_table(key, value)):
            later.append((key, value))
        else:
            lines.append(f"{key} = {_value(value)}")
    for key, value in later:
        name = f"{path}.{key}" if path else key
        for one in value if isinstance(value, list) else [value]:
            brackets = f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            lines += ["", brackets]
            _table(one, name, lines)


INLINE = {"away", "rotation", "session_rotation"}


def _is_tables(key: str, value: Any) -> bool:
    tables = isinstance(value, list) and value and isinstance(value[0], dict)
    return bool(tables) and key not in INLINE


def _is_table(key: str, value: Any) -> bool:
    return isinstance(value, dict)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        pairs = [f"{_key(key)} = {_value(one)}" for key, one in value.items()]
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, date):
        return _moment(value)
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _moment(value: date) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat()


def _key(key: str) -> str:
    plain = key.replace("_", "").replace("-", "").isalnum() and key.isascii()
    return key if plain and "." not in key else json.dumps(key)
