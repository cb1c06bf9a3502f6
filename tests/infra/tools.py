"""Tools that only these tests run, each from a venv of its own that a lock pins."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 300


@cache
def tools(lock: str) -> Path:
    """Return the folder of the programs that `tools/<lock>.lock` brings, installed once."""
    done = subprocess.run(  # noqa: S603 - our own command
        [ROOT / "justw", "tools", lock],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"tools/{lock}.lock can't be installed: {done.stderr}"
    return Path(done.stdout.strip()) / "bin"


def ran(
    *command: str | Path, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a command, in an environment of its own or in ours."""
    return subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
