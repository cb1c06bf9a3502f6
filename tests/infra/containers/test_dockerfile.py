"""What hadolint knows of good Dockerfiles, and what only we know of ours."""

import re

from tests.infra.containers.tools import DOCKER, ROOT, programs, run

DOCKERFILE = DOCKER / "Dockerfile"


def test_the_dockerfile_is_as_hadolint_wants_it() -> None:
    done = run(programs() / "hadolint", "--no-color", "--failure-threshold", "style", DOCKERFILE)

    assert done.returncode == 0, done.stdout


def test_the_base_is_pinned_and_every_stage_stands_on_it() -> None:
    text = DOCKERFILE.read_text()

    assert re.search(r"^ARG PYTHON_IMAGE=\S+@sha256:[0-9a-f]{64}$", text, re.MULTILINE)
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert bases == ["${PYTHON_IMAGE}", "libraries", "${PYTHON_IMAGE}", "scratch"]


def test_libraries_are_installed_by_hash_before_the_source_is_there() -> None:
    text = DOCKERFILE.read_text()

    commands = re.split(r"&&|\n(?=[A-Z]+ )", text.replace("\\\n", " "))
    installs = [one for one in commands if re.search(r"pip .*\binstall\b", one)]
    assert len(installs) == 3
    assert all("--require-hashes" in one or "--no-index" in one for one in installs)
    assert text.index("runtime.lock") < text.index("COPY src")


def test_the_python_is_the_one_we_are_tested_with() -> None:
    ours = (ROOT / ".python-version").read_text().strip()

    assert f"python:{ours}-" in DOCKERFILE.read_text()


def test_nothing_gets_into_the_build_that_is_not_named() -> None:
    lines = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]

    assert lines[0] == "*"
    assert all(line.startswith(("!", "**/__pycache__")) for line in lines[1:])
    assert all((ROOT / line[1:]).exists() for line in lines[1:] if line.startswith("!"))
