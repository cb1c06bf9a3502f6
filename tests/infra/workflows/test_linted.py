"""The workflows are of GitHub's form, have no hole that a linter knows, and run what is pinned."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.tools import ROOT, ran, tools
from tests.infra.workflows.runner import WORKFLOWS

GITHUB = ROOT / ".github"
FILES = sorted(WORKFLOWS.glob("*.yml"))
SCHEMAS = {
    "vendor.github-workflows": FILES,
    "custom.github-workflows-require-timeout": FILES,
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
}


def linted(linter: str, github: Path = GITHUB) -> "subprocess.CompletedProcess[str]":
    own = Path(sys.executable).parent
    if linter == "actionlint":
        shellcheck = f"-shellcheck={own / 'shellcheck'}"
        return ran(own / linter, shellcheck, *sorted((github / "workflows").glob("*.yml")))
    return ran(own / linter, "--offline", "--no-progress", "--persona", "pedantic", github)


@pytest.mark.parametrize("linter", ["actionlint", "zizmor"])
def test_a_linter_finds_nothing(linter: str) -> None:
    done = linted(linter)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("schema", SCHEMAS)
def test_they_are_of_the_form_that_github_knows(schema: str) -> None:
    done = ran(tools("edge") / "check-jsonschema", "--builtin-schema", schema, *SCHEMAS[schema])

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("linter", "file", "right", "wrong"),
    [
        ("zizmor", "ci.yml", r"checkout@\w+", "checkout@v7"),
        ("zizmor", "ci.yml", "persist-credentials: false", "fetch-depth: 1"),
        ("zizmor", "ci.yml", r'"\$RECIPE"', '"${{ inputs.recipe }}"'),
        ("zizmor", "deploy.yml", r"permissions: \{\}", "permissions: write-all"),
        ("actionlint", "image.yml", "needs: publish", "needs: publishing"),
        ("actionlint", "image.yml", "steps.push.outputs", "steps.pushed.outputs"),
        ("actionlint", "terraform.yml", r'"\$TERRAFORM_VARIABLES"', "$TERRAFORM_VARIABLES"),
    ],
)
def test_a_linter_would_find_what_is_wrong(
    tmp_path: Path, linter: str, file: str, right: str, wrong: str
) -> None:
    copy = tmp_path / ".github"
    shutil.copytree(GITHUB, copy)
    changed = copy / "workflows" / file
    text, count = re.subn(right, lambda _: wrong, changed.read_text())
    changed.write_text(text)

    assert count
    assert linted(linter, copy).returncode != 0


def test_a_job_without_an_end_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "ci.yml"
    file.write_text(re.sub(r"timeout-minutes: \d+", "", (WORKFLOWS / "ci.yml").read_text()))

    schema = "custom.github-workflows-require-timeout"
    done = ran(tools("edge") / "check-jsonschema", "--builtin-schema", schema, file)
    assert done.returncode == 1
    assert "timeout-minutes" in done.stdout


def test_an_action_is_the_same_commit_everywhere_and_says_its_version() -> None:
    pins = dict[str, set[str]]()
    for file in FILES:
        for used in re.findall(r"uses: ([^$].*)", file.read_text()):
            [(action, pin)] = re.findall(r"^([\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$", used)
            repository = "/".join(action.split("/")[:2])
            pins.setdefault(repository, set()).add(pin)

    assert len(pins) > 5
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("ecosystem", "place", "manifest"),
    [
        ("npm", "tests", "package.json"),
        ("docker", "infra/docker", "Dockerfile*"),
        ("docker-compose", "infra/docker", "compose.yaml"),
        ("terraform", "infra/terraform", "*.tf"),
    ],
)
def test_dependabot_looks_where_there_is_something(
    ecosystem: str, place: str, manifest: str
) -> None:
    text = (GITHUB / "dependabot.yml").read_text()
    part = text.partition(f"package-ecosystem: {ecosystem}\n")[2].partition("- package-")[0]
    folders = re.findall(r"(?:directory: |- )/([\w/*-]+)$", part, re.MULTILINE)

    assert folders
    assert all(folder.startswith(place) for folder in folders)
    if (ROOT / place).exists():
        assert all(list(ROOT.glob(f"{folder}/{manifest}")) for folder in folders)
