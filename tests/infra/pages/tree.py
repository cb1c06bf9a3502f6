"""A copy of the tree, in which somebody does what a page says to code, and runs what it runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.infra.tools import ROOT
from tests.infra.workflows.runner import just

PAGES: Final = ROOT / "docs" / "how-to"
PATIENCE: Final = 600
FENCE: Final = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Tree:
    """What git has of ours, beside the tools that are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["/usr/bin/env", "git", "ls-files", "-z", "-co", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        for name in listed.stdout.decode().split("\0"):
            if name and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        self._set_up()

    def _set_up(self) -> None:
        """Keep what was installed, and what mypy knows of what did not change."""
        recipes = self.folder / "justfile"
        written = recipes.read_text()
        assert "@tools/setup.sh" in written
        recipes.write_text(written.replace("@tools/setup.sh", "@true"))
        if (ROOT / ".mypy_cache").exists():
            shutil.copytree(ROOT / ".mypy_cache", self.folder / ".mypy_cache")

    @property
    def environment(self) -> dict[str, str]:
        ours = ("CORE_", "PYTEST_", "PYTHON")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        return inherited | {
            "PATH": f"{sys.prefix}/bin:{just()}:{os.environ['PATH']}",
            "PYTHONPATH": str(self.folder / "src"),
            "VIRTUAL_ENV": sys.prefix,
        }

    def walk(self, page: str) -> str:
        """Write what the page has written, change what it changes, run what it runs, in order.

        What it shows as `text` is what was printed before. Return all that was printed.
        """
        printed = ""
        for language, block in FENCE.findall((PAGES / f"{page}.md").read_text()):
            first, _, rest = block.partition("\n")
            if language == "python" and first.startswith("# ") and first.endswith(".py"):
                self.write(first.removeprefix("# "), rest)
            elif language == "diff":
                self.change(first.removeprefix("--- "), rest)
            elif language == "bash":
                printed += self.run(block)
            elif language == "text":
                missing = [one for one in block.splitlines() if one not in printed]
                assert missing == [], printed
        return printed

    def write(self, name: str, content: str) -> None:
        (self.folder / name).write_text(content)

    def change(self, name: str, difference: str) -> None:
        """Put the lines with `+` where the page puts them, between lines that stand there once."""
        file = self.folder / name
        for hunk in difference.split("@@\n"):
            lines = hunk.splitlines()
            before = "".join(f"{one[1:]}\n" for one in lines if one[:1] != "+")
            after = "".join(f"{one[1:]}\n" for one in lines if one[:1] != "-")
            text = file.read_text()
            assert text.count(before) == 1, f"{name} has {text.count(before)} times:\n{before}"
            file.write_text(text.replace(before, after))

    def run(self, script: str) -> str:
        done = subprocess.run(  # noqa: S603 - the page's own commands
            ["/bin/bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}"
        return done.stdout
