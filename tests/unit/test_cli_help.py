"""What `--help` costs and teaches, and that the reference is true."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from entrypoints.cli.__main__ import app

ROOT = Path(__file__).parents[2]

HEAVY = ("alembic", "boto3", "fastapi", "opentelemetry.sdk", "sqlalchemy", "stripe")
"""What a command that is no server, and changes no table, has no use for."""


# --- What it loads --------------------------------------------------------------------------------


def loaded(*arguments: str) -> set[str]:
    """Return what a process of its own has loaded once the command is done."""
    script = (
        "import sys; sys.argv = ['core-api', *sys.argv[1:]]\n"
        "from entrypoints.cli.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("command", ["", "accounts", "accounts users list", "db migrate", "doctor"])
def test_help_loads_nothing_it_does_not_show(command: str) -> None:
    idle = {*HEAVY, "bootstrap", "psycopg", "pydantic", "rich"}

    assert loaded(*command.split(), "--help") & idle == set()


def test_a_short_command_loads_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert loaded("settings", "check") & set(HEAVY) == set()


# --- What it teaches ------------------------------------------------------------------------------


def commands(
    command: Any, context: typer.Context | None = None
) -> Iterator[tuple[Any, typer.Context]]:
    """Yield every command that does something, with its context."""
    here = typer.Context(command, info_name=command.name, parent=context)
    if not hasattr(command, "commands"):
        yield command, here
    for one in getattr(command, "commands", {}).values():
        yield from commands(one, here)


ALL = [(context.command_path, command) for command, context in commands(get_command(app))]


@pytest.mark.parametrize(("path", "command"), ALL, ids=[path for path, _ in ALL])
def test_every_help_says_what_for_and_has_an_example_that_can_be_typed(
    path: str, command: Any
) -> None:
    assert re.match(r"[A-Z].*[.;]", command.help or ""), command.help
    lines = re.findall(r"^  (core-api .+)$", command.epilog or "", re.MULTILINE)
    assert lines
    for line in lines:
        typed = shlex.split(re.split(r" [<>|] ?", line)[0])
        own = typed[len(path.split()) :]
        assert typed[: len(path.split())] == path.split()
        with command.make_context(path, own):  # raises for what the command does not know
            pass


def test_the_reference_names_every_command_and_no_other() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text()

    named = re.findall(r"^\| `([a-z -]+)` \|", page, re.MULTILINE)

    assert sorted(named) == sorted(path.removeprefix("core-api ") for path, _ in ALL)


def test_every_group_says_what_it_is_about() -> None:
    said = CliRunner().invoke(app, ["--help"]).output

    for name in ("accounts", "db", "demo", "doctor", "jobs", "mails", "openapi", "settings"):
        assert re.search(rf"^  {name} +[A-Z]", said, re.MULTILINE)


def test_no_command_takes_a_password_as_an_argument() -> None:
    names = {parameter.name for _, command in ALL for parameter in command.params}

    assert not {name for name in names if name and "password" in name}
