"""What is in the image, and what is not."""

import json
import re
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.infra.containers.tools import ROOT
from tests.infra.image.engine import IMAGE, Engine

pytestmark = pytest.mark.image

MEGABYTE = 1_000_000
LARGEST = 370 * MEGABYTE

INSTALLED = """
import json
from importlib.metadata import distributions
print(json.dumps({one.name: one.version for one in distributions()}))
"""

WALKED = """
import json, os, stat
programs, armed, writable, sources = set(), [], [], []
for folder, folders, files in os.walk("/"):
    if folder == "/":
        folders[:] = [one for one in folders if one not in {"proc", "sys", "dev", "tmp"}]
    for name in (*files, *folders):
        path = os.path.join(folder, name)
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            programs.add(name)
            continue
        if stat.S_ISREG(status.st_mode) and status.st_mode & 0o111:
            programs.add(name)
        if status.st_mode & (stat.S_ISUID | stat.S_ISGID) and stat.S_ISREG(status.st_mode):
            armed.append(path)
        if status.st_uid or status.st_mode & 0o002 and not status.st_mode & stat.S_ISVTX:
            writable.append(path)
        if name.endswith((".c", ".h", ".pyx", ".pyi")) or name in {"tests", ".env", ".git"}:
            sources.append(path)
print(json.dumps([sorted(programs), armed, writable, sources]))
"""

IMPORTED = """
import importlib, os, pkgutil, sys
packages = next(path for path in sys.path if "site-packages" in path)
for name in ("adapters", "core", "entrypoints", "containers", "settings"):
    for module in pkgutil.walk_packages([f"{packages}/{name}"], f"{name}."):
        if not module.name.startswith("adapters.clickhouse") and "__main__" not in module.name:
            importlib.import_module(module.name)
import bootstrap, datasketches, numpy
sources = [module for module in sys.modules.values() if getattr(module, "__cached__", None)]
print([module.__name__ for module in sources if not os.path.exists(module.__cached__)])
"""


def locked() -> dict[str, str]:
    """Return what the lock has for this kind of machine."""
    found: dict[str, str] = {}
    for line in (ROOT / "requirements" / "runtime.lock").read_text().splitlines():
        if line[:1].isalnum():
            one = Requirement(line.removesuffix("\\").strip())
            if one.marker is None or one.marker.evaluate():
                found[canonicalize_name(one.name)] = str(one.specifier).removeprefix("==")
    return found


@pytest.fixture(scope="module")
def walked(engine: Engine) -> list[list[str]]:
    found: list[list[str]] = json.loads(engine.python(WALKED, "--user=0"))
    return found


def test_what_is_installed_is_what_is_locked_and_nothing_else(engine: Engine) -> None:
    installed = {
        canonicalize_name(name): number
        for name, number in json.loads(engine.python(INSTALLED)).items()
    }

    assert installed == locked() | {"core-api": version("core-api")}


@pytest.mark.parametrize(
    "name",
    [
        *("apt", "apt-get", "pip", "pip3", "uv", "perl", "curl", "wget"),
        *("gcc", "cc", "ld", "make", "su", "sudo", "mount", "passwd"),
        *("postgres", "initdb", "pytest", "mypy", "ruff"),
    ],
)
def test_nothing_is_there_to_install_build_or_rise_with(walked: list[list[str]], name: str) -> None:
    assert name not in walked[0]


@pytest.mark.parametrize("name", ["python", "psql", "pg_dump", "pg_restore", "pg_isready"])
def test_what_an_operator_needs_runs(engine: Engine, name: str) -> None:
    done = engine.run("--version", options=[f"--entrypoint={name}"])

    assert done.returncode == 0, done.stderr


def test_no_program_runs_as_somebody_else(walked: list[list[str]]) -> None:
    assert walked[1] == []


def test_only_the_folder_for_data_is_ours_to_write(walked: list[list[str]]) -> None:
    assert walked[2] == ["/var/lib/core-api"]


def test_sources_of_extensions_tests_and_secrets_stay_outside(walked: list[list[str]]) -> None:
    assert walked[3] == []


def test_python_has_nothing_to_install_with(engine: Engine) -> None:
    code = "from importlib.util import find_spec as f\nprint(f('pip'), f('ensurepip'), f('uv'))"

    for program in ("python", "/usr/local/bin/python3"):
        done = engine.run("-", options=[f"--entrypoint={program}"], stdin=code)
        assert done.stdout == "None None None\n", done.stderr


def test_every_module_can_be_loaded_and_was_compiled(engine: Engine) -> None:
    assert engine.python(IMPORTED).strip() == "[]"


def test_it_is_nobody_with_no_rights_on_a_root_that_can_not_be_written(engine: Engine) -> None:
    code = """
import os, re
status = open("/proc/self/status").read()
print(os.getuid(), os.getgid(), os.getgroups(), re.findall(r"CapEff:\\s+(\\w+)", status))
for path in ("/opt/core-api/x", "/var/lib/core-api/x", "/x"):
    try: open(path, "w")
    except OSError as error: print(error.strerror)
open("/tmp/x", "w")
"""

    said = engine.python(code).splitlines()

    assert said == ["10001 10001 [10001] ['0000000000000000']", *["Read-only file system"] * 3]


def test_it_says_what_it_is(engine: Engine, figures: list[str]) -> None:
    found = json.loads(engine.podman("image", "inspect", IMAGE))[0]
    config = found["Config"]
    variables = dict(one.split("=", 1) for one in config["Env"])

    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["core-api"]
    assert config["Cmd"] == ["serve", "--host", "0.0.0.0"]  # noqa: S104 - a container's own
    assert found["Healthcheck"]["Test"] == ["CMD", "core-api", "healthcheck"]
    assert variables["CORE_ENVIRONMENT"] == "production"
    assert not re.search(r"secret|password|token|key=", "\n".join(config["Env"]), re.IGNORECASE)
    figures.append(f"{found['Size'] / MEGABYTE:.0f} MB large")
    assert found["Size"] < LARGEST
