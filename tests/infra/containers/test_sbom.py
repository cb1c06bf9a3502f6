"""The bill of materials names all that is locked, with its hashes, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.infra.containers.tools import ROOT, programs, run

LOCK = ROOT / "requirements" / "runtime.lock"


def locked() -> dict[str, tuple[str, set[str]]]:
    """Return the version and the hashes of each distribution in the lock."""
    found: dict[str, tuple[str, set[str]]] = {}
    for entry in re.split(r"\n(?=\w)", LOCK.read_text().strip()):
        first, *hashes = [line.strip(" \\") for line in entry.splitlines()]
        one = Requirement(first)
        version = str(one.specifier).removeprefix("==")
        digests = {line.removeprefix("--hash=sha256:") for line in hashes}
        found[canonicalize_name(one.name)] = (version, digests)
    return found


def materials(component: dict[str, Any]) -> tuple[str, set[str]]:
    hashes = {
        one["content"]
        for reference in component["externalReferences"]
        for one in reference.get("hashes", [])
    }
    return component["version"], hashes


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    programs()  # or skip
    file = tmp_path_factory.mktemp("sbom") / "sbom.json"
    done = run(ROOT / "justw", "sbom", file)
    assert done.returncode == 0, done.stderr
    return file


def test_every_locked_distribution_is_named_with_its_hashes(written: Path) -> None:
    components = json.loads(written.read_text())["components"]

    named = {canonicalize_name(one["name"]): materials(one) for one in components}

    assert len(named) > 90
    assert named == locked()
    for one in components:
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"


def test_it_is_about_us(written: Path) -> None:
    found = json.loads(written.read_text())

    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    about = found["metadata"]["component"]
    assert (about["name"], about["type"]) == ("core-api", "application")
    assert about["licenses"][0]["license"]["id"] == "Apache-2.0"


def test_the_same_lock_gives_the_same_bill(written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"

    assert run(ROOT / "justw", "sbom", again, "--no-validate").returncode == 0
    assert again.read_bytes() == written.read_bytes()
