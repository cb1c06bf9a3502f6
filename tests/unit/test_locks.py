"""The locks hold what pyproject.toml asks for, by hash and by no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME: list[str] = PROJECT["project"]["dependencies"]
DEV: list[str] = PROJECT["dependency-groups"]["dev"]


def locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pins}


@pytest.mark.parametrize(("name", "wanted"), [("runtime", RUNTIME), ("dev", RUNTIME + DEV)])
def test_a_lock_satisfies_what_is_asked_for(name: str, wanted: list[str]) -> None:
    pins = locked(name)

    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


def test_tests_run_on_the_versions_that_production_runs_on() -> None:
    assert locked("runtime").items() <= locked("dev").items()


@pytest.mark.parametrize(
    "lock", sorted([*ROOT.glob("requirements/*.lock"), *ROOT.glob("tools/*.lock")]), ids=str
)
def test_a_lock_names_no_address(lock: Path) -> None:
    text = lock.read_text()

    assert "://" not in text
    assert "--hash=sha256:" in text
