"""The dev container stands on Compose, and the tools that start one can read it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from tests.infra.containers.tools import DOCKER, ROOT, VARIABLES, compose, run, services
from tests.integration import npm

FOLDER = ROOT / ".devcontainer"
FILES = (DOCKER / "compose.yaml", FOLDER / "compose.yaml")
LOCKS = Path(__file__).parent / "devcontainers"


@pytest.fixture(scope="module")
def configuration() -> dict[str, Any]:
    program = npm.installed(LOCKS) / "node_modules" / ".bin" / "devcontainer"
    done = run(  # of Docker it wants to know whether the container is there: `true` knows of none
        *(program, "read-configuration", "--workspace-folder", ROOT),
        *("--docker-path", "true", "--docker-compose-path", compose()),
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["configuration"]
    return found


def test_the_files_it_names_make_one_project_with_a_workshop(configuration: dict[str, Any]) -> None:
    named = [(FOLDER / name).resolve() for name in configuration["dockerComposeFile"]]
    assert named == list(FILES)

    found = services(*named)

    assert configuration["service"] in found
    assert set(configuration["runServices"]) <= set(found)
    waits = set(found[configuration["service"]]["depends_on"])
    assert waits == set(configuration["runServices"])


def test_the_workshop_has_the_tree_where_it_says(configuration: dict[str, Any]) -> None:
    mounts = {one["target"]: one for one in services(*FILES)["workspace"]["volumes"]}

    assert Path(mounts[configuration["workspaceFolder"]]["source"]).resolve() == ROOT
    apart = {name for name, mount in mounts.items() if mount["type"] == "volume"}
    chowned = set(re.findall(r"/workspace/\S+", configuration["onCreateCommand"]))
    assert apart == chowned == {f"/workspace/{name}" for name in (".venv", ".tools", ".data")}


def test_what_it_runs_is_there(configuration: dict[str, Any]) -> None:
    for name in ("initializeCommand", "updateContentCommand"):
        assert (ROOT / configuration[name].split()[0]).stat().st_mode & 0o100, name


def test_the_service_takes_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in services(*FILES)["workspace"]["environment"].items():
        monkeypatch.setenv(name, value)

    read = Settings(_env_file=None)

    assert read.environment == "development"
    assert read.storage == "s3"
    assert read.database_url is not None
    assert VARIABLES["CORE_APP_PASSWORD"] in read.database_url.get_secret_value()
