"""The list of parts says what the lock says, and is what it claims to be."""

from __future__ import annotations

import json

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests import sbom
from tests.config.test_locks import SMALL, locked

CYCLONEDX = JsonStrictValidator(SchemaVersion.V1_5)


def test_every_package_that_running_needs_is_a_part_with_its_release() -> None:
    parts = sbom.document()["components"]
    assert {each["name"]: each["version"] for each in parts} == {
        name: str(version) for name, version in locked(SMALL).items()
    }
    assert all(len(each["properties"]) >= 1 for each in parts)


def test_it_is_cyclonedx_by_its_own_schema() -> None:
    made = sbom.document()
    assert CYCLONEDX.validate_str(json.dumps(made)) is None
    made["components"][0]["kind"] = "library"
    assert CYCLONEDX.validate_str(json.dumps(made)) is not None
