"""The page's commands, with GitHub and Terraform replaced by what notes what they are asked for.

Not walked: `./justw ci`, which runs these very tests, and the release by tag, which is GitHub's.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.infra.tools import ROOT, ran, tools
from tests.infra.workflows.cloud import NAMES, Cloud
from tests.infra.workflows.runner import WORKFLOWS, Runner, just

PAGE = (ROOT / "docs" / "how-to" / "ci-cd.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

AWS = {
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A tree in which `terraform` tells outputs, and `gh` says what it was asked."""
    made = Runner(tmp_path)
    outputs = NAMES | {"DEPLOY_ROLE_ARN": "arn:deploy"}
    told = tmp_path / "outputs"
    told.mkdir()
    for name, value in outputs.items():
        shown = value.split(",") if name == "PRIVATE_SUBNET_IDS" else value
        (told / name.lower()).write_text(json.dumps(shown))
    program(made, "terraform", f'[ "$2" = output ] && cat "{told}/$4"')
    program(made, "gh", 'echo "gh $*"')
    return made


def program(runner: Runner, name: str, script: str) -> None:
    file = runner.bin / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def walked(runner: Runner, words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Type the block that has these words in it."""
    [block] = [one for one in BLOCKS if words in one]
    path = f"{runner.bin}:{just()}:{tools('edge')}:/usr/bin:/bin"
    done = ran(
        *("/bin/sh", "-euc", block),
        folder=runner.tree,
        environment={"PATH": path, "HOME": str(runner.home)} | environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_a_workflow_can_be_run_as_the_page_says(tmp_path: Path) -> None:
    recipes = f"tools name:\n    @echo {tools('edge').parent}\n\nlint:\n    @echo saw lint\n"

    done = walked(Runner(tmp_path, recipes), "workflow_dispatch")
    assert "| saw lint" in done.stdout
    assert "Job succeeded" in done.stdout


def test_an_environment_gets_every_variable_that_the_workflows_read(runner: Runner) -> None:
    said = walked(runner, "--env $environment").stdout

    own = set(re.findall(r"^gh variable set (\w+) --env dev", said, re.MULTILINE))
    shared = set(re.findall(r"^gh variable set (\w+) --body", said, re.MULTILINE))
    read = {
        name
        for file in ("deploy.yml", "image.yml")
        for name in re.findall(r"vars\.(\w+)", (WORKFLOWS / file).read_text())
    }
    assert own | shared == read
    assert "gh variable set PRIVATE_SUBNET_IDS --env dev --body subnet-1,subnet-2" in said
    assert f"--body {NAMES['ECR_REPOSITORY_URL']}\n" in said


def test_every_variable_is_explained() -> None:
    for file in WORKFLOWS.glob("*.yml"):
        for name in re.findall(r"vars\.(\w+)", file.read_text()):
            assert re.search(rf"\b{name}\b", PAGE, re.IGNORECASE), name
    assert {file.name for file in WORKFLOWS.glob("*.yml")} == set(
        re.findall(r"^\| `(\w+\.yml)` \|", PAGE, re.MULTILINE)
    )


def test_an_image_can_be_released_without_github(runner: Runner) -> None:
    with Cloud() as cloud:
        walked(runner, "./justw deploy", AWS_ENDPOINT_URL=cloud.url, **AWS)

    assert cloud.moved == ["worker", "api"]
