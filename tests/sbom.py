"""What an installation is made of, for programs: `make sbom` writes CycloneDX 1.5 from
the lock, so it says what is installed and not what somebody's environment holds.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from typing import Any, Final

from tests.contracts import ROOT

LOCK: Final = ROOT / "requirements-run.lock"
_PIN: Final = re.compile(r"([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    """One a pinned package, with the digests of every file that may be installed."""
    found: list[dict[str, Any]] = []
    for line in lock.splitlines():
        pinned = _PIN.match(line)
        if pinned:
            name, version = pinned.groups()
            purl = f"pkg:pypi/{name}@{version}"
            found.append(
                {
                    "type": "library",
                    "bom-ref": purl,
                    "name": name,
                    "version": version,
                    "purl": purl,
                    "properties": [],
                }
            )
        for digest in _HASH.findall(line):
            said = {"name": "quietline:file:sha256", "value": digest}
            found[-1]["properties"].append(said)
    return found


def document() -> dict[str, Any]:
    """The whole of it; the same for the same lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ours = f"pkg:generic/quietline@{project['version']}"
    parts = components(LOCK.read_text())
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": "quietline",
                "version": project["version"],
            }
        },
        "components": parts,
        "dependencies": [{"ref": ours, "dependsOn": [each["purl"] for each in parts]}],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), indent=1) + "\n")
