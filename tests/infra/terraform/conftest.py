import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.infra.terraform.plans import Plan
from tests.infra.terraform.schema import extracted
from tests.infra.terraform.working import (
    CONFIGURATION,
    ENVIRONMENTS,
    Working,
    provider,
)
from tests.infra.tools import installed

OLDEST = (1, 11)
USED = re.compile(r'^(resource|data) "(aws_\w+)"', re.MULTILINE)


@pytest.fixture(scope="session")
def terraform() -> None:
    """Terraform is published by its maker alone: we can't install it."""
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed: put version 1.11 or newer on the PATH")
    told = subprocess.run(  # noqa: S603 - the program that the tests are about
        [program, "version"],
        env={"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"Terraform v(\d+)\.(\d+)", told.stdout)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        pytest.skip(f"terraform is too old: 1.11 or newer is needed, not {told.stdout.strip()}")


@pytest.fixture(scope="session", name="tools")
def _tools() -> Path:
    """Where tools/terraform.sh put things."""
    return installed("terraform-tools")


@pytest.fixture(scope="session")
def schema(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schema of whatever the configuration names, in a file."""
    types = {
        ("data." if kind == "data" else "") + name
        for file in CONFIGURATION.rglob("*.tf")
        for kind, name in USED.findall(file.read_text())
    }
    file = tmp_path_factory.mktemp("schema") / "aws.json"
    file.write_text(json.dumps(extracted(tools / "provider.tgz", types)))
    return file


@pytest.fixture(scope="session")
def reattach(
    terraform: None, tools: Path, schema: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A provider in whose plans is unknown what only AWS could tell."""
    folder = tmp_path_factory.mktemp("provider")
    with provider(tools / "venv" / "bin" / "python", schema, folder) as told:
        yield told


@pytest.fixture(scope="session")
def reattach_known(
    terraform: None, tools: Path, schema: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A provider that makes up what only AWS could tell, so that all can be read."""
    folder = tmp_path_factory.mktemp("provider")
    with provider(tools / "venv" / "bin" / "python", schema, folder, "--known") as told:
        yield told


@pytest.fixture(scope="session")
def begun(reattach: str, tmp_path_factory: pytest.TempPathFactory) -> Working:
    """What the others are copies of: to begin takes as long as a plan."""
    return Working.begun(tmp_path_factory.mktemp("begun"), reattach)


@pytest.fixture
def working(tmp_path: Path, begun: Working) -> Working:
    return begun.again(tmp_path)


@pytest.fixture
def known(working: Working, reattach_known: str) -> Working:
    return replace(working, reattach=reattach_known)


@pytest.fixture(scope="session")
def plans(
    begun: Working, reattach_known: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Plan]:
    """What is planned, by environment and by what it runs on."""
    working = replace(begun.again(tmp_path_factory.mktemp("plans")), reattach=reattach_known)
    return {
        (environment, launch_type): working.plan(environment, launch_type=launch_type)
        for environment in ENVIRONMENTS
        for launch_type in ("fargate", "ec2")
    }


@pytest.fixture(scope="session")
def prod(plans: dict[tuple[str, str], Plan]) -> Plan:
    return plans["prod", "fargate"]
