"""Tools that only these tests run, each from a venv of its own that a lock pins."""

import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 300


@cache
def installed(*recipe: str) -> Path:
    """Run the recipe that installs something, and return where that is.

    Where it can't be installed the test is skipped and says why; in CI it fails.
    """
    done = ran(ROOT / "justw", *recipe, patience=900)
    if done.returncode:
        reason = f"`./justw {' '.join(recipe)}` could not install what this takes: {done.stderr}"
        pytest.fail(reason) if "CI" in os.environ else pytest.skip(reason)
    return Path(done.stdout.strip())


def tools(lock: str) -> Path:
    """Return the folder of the programs that `tools/<lock>.lock` brings, installed once."""
    return installed("tools", lock) / "bin"


def ran(
    *command: str | Path,
    folder: Path = ROOT,
    environment: dict[str, str] | None = None,
    patience: float = PATIENCE,
) -> "subprocess.CompletedProcess[str]":
    """Run a command, in an environment of its own or in ours."""
    return subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
