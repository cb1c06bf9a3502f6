"""Packages of Node.js that tests need, exactly as locked, installed once into .tools."""

import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path

TOOLS = Path(__file__).parents[2] / ".tools"
FILES = ("package.json", "package-lock.json")


def program(name: str) -> str:
    """Find a program of Node.js."""
    found = shutil.which(name)
    assert found, f"`{name}` is missing: some integration tests need Node.js 18 to 22 with npm."
    return found


def installed(locks: Path) -> Path:
    """Return the folder that the packages are in which another folder locks."""
    digest = sha256(b"".join((locks / name).read_bytes() for name in FILES)).hexdigest()
    folder = TOOLS / f"{locks.name}-{digest[:16]}"
    if not folder.exists():
        TOOLS.mkdir(exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=TOOLS, prefix=f"{locks.name}-draft-"))
        for name in FILES:
            shutil.copy(locks / name, draft)
        _install_into(draft)
        try:
            draft.rename(folder)  # of two at once, one wins
        except OSError:
            shutil.rmtree(draft)
    return folder


def _install_into(folder: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"npm can't install what tests need: {done.stderr}"
