"""What docs/how-to/containers.md has the reader type.

Compose and the dev container need Docker's engine to start anything, so their commands are taken as
far as that: Compose itself reads each, with every option, on the files it names. What the image is
asked to do is walked where one is built, by tests/infra/image.
"""

import os
import re
import shlex
from pathlib import Path

import pytest

from settings import Settings, problems
from tests.infra.containers import tools
from tests.infra.containers.tools import ROOT, compose, run

PAGE = ROOT / "docs" / "how-to" / "containers.md"


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def lines(begin: str) -> list[str]:
    """Return the commands that begin so, each on one line."""
    joined = "\n".join(blocks()).replace("\\\n", " ").splitlines()
    return [line for line in joined if line.startswith(begin)]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A `docker` that writes down what it is asked; the tree's .env and certificate stay away."""
    program = tmp_path / "docker"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/asked\n')
    program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("line", lines("./justw compose"))
def test_compose_knows_each_command_with_its_options(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])[2:]
    verb, options = words[0], words[1:]
    if verb == "exec":  # what follows is run in the container
        assert options[0] in tools.services()
        options = []

    known = run(compose(), f"--file={tools.COMPOSE}", verb, *options, "--help")
    unknown = run(compose(), f"--file={tools.COMPOSE}", verb, "--no-such-thing", "--help")

    assert known.returncode == 0, known.stderr
    assert unknown.returncode != 0


def test_the_recipe_hands_compose_what_it_was_given(recorded: Path) -> None:
    path = f"{recorded}:{os.environ['PATH']}"
    recipe = run(
        *(ROOT / "justw", "--dry-run", "compose", "up", "--build", "--wait"),
        env=os.environ | {"PATH": path},
    )

    first, last = recipe.stderr.strip().splitlines()
    assert first == "infra/docker/prepare.sh"
    done = run("sh", "-euc", last, "compose", "up", "--build", "--wait", env={"PATH": path})
    assert done.returncode == 0, done.stderr
    asked = (recorded / "asked").read_text().split()
    assert asked == ["compose", "--file", "infra/docker/compose.yaml", "up", "--build", "--wait"]


def test_what_it_says_for_production_is_enough_but_for_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    block = next(one for one in blocks() if one.startswith("CORE_ENVIRONMENT=production"))
    given = dict(line.split("  #")[0].strip().split("=", 1) for line in block.splitlines())

    found = tools.services(**given)

    assert {port["host_ip"] for port in found["nginx"]["ports"]} == {"0.0.0.0"}  # noqa: S104
    assert [port["published"] for port in found["nginx"]["ports"]] == ["80", "443"]
    for name, value in found["api"]["environment"].items():
        monkeypatch.setenv(name, value)
    left = problems(Settings(_env_file=None))
    assert left == ["CORE_MAIL_URL is missing: mails would only be written to a folder."]


def test_its_table_names_every_service() -> None:
    named = re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(), re.MULTILINE)

    assert sorted(named) == sorted(tools.services(COMPOSE_PROFILES="*"))
