"""GitHub's workflows, run here by act: on this machine, without a container or the internet."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.infra.tools import ROOT, ran, tools

WORKFLOWS: Final = ROOT / ".github" / "workflows"
ON: Final = ("ubuntu-24.04", "ubuntu-24.04-arm")
NEEDED: Final = ("justw", "justfile", "tools/bootstrap.lock", "infra/deploy.py")


class Runner:
    """Runs workflows in a tree of their own: what they need of ours, perhaps with other recipes."""

    def __init__(self, folder: Path, recipes: str | None = None) -> None:
        self.home, self.tree = folder / "home", folder / "tree"
        self.home.mkdir()
        for name in NEEDED:
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.tree / name)
        shutil.copytree(WORKFLOWS, self.tree / ".github" / "workflows")
        if recipes is not None:
            (self.tree / "justfile").write_text(recipes)
        for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "All"]):
            done = ran(
                "git", "-c", "user.name=A", "-c", "user.email=a@b.c", *command, folder=self.tree
            )
            assert done.returncode == 0, done.stderr

    @property
    def bin(self) -> Path:
        """Where a test may put programs that a runner has."""
        folder = self.home / "bin"
        folder.mkdir(exist_ok=True)
        return folder

    def run(self, event: str, workflow: str, *options: str) -> "subprocess.CompletedProcess[str]":
        path = f"{self.bin}:{just()}:{tools('edge')}:/usr/bin:/bin"
        platforms = (f"--platform={name}=-self-hosted" for name in ON)
        return ran(
            *(tools("edge") / "act", event, "--workflows", f".github/workflows/{workflow}"),
            *(*platforms, "--action-offline-mode", "--pull=false", "--no-cache-server", *options),
            folder=self.tree,
            environment={"HOME": str(self.home), "PATH": path},
        )

    def stand_in(self, action: str, steps: str) -> str:
        """Return the option that has an action that is not here replaced by some steps."""
        [pinned] = {
            found
            for file in WORKFLOWS.glob("*.yml")
            for found in re.findall(rf"uses: ({action}@\w+)", file.read_text())
        }
        folder = self.home / action.replace("/", "-")
        folder.mkdir()
        taken = sorted(set(re.findall(r"inputs\.([\w-]+)", steps)))
        told = "name: Stand-in\ndescription: Stands in.\ninputs:\n" + "".join(
            f"  {name}:\n    description: As there.\n" for name in taken
        )
        told += "outputs:\n  digest:\n    description: As there.\n"
        told += "    value: ${{ steps.built.outputs.digest }}\n"
        (folder / "action.yml").write_text(f"{told}runs:\n  using: composite\n  steps:\n{steps}")
        return f"--local-repository={pinned}={folder}"


def just() -> str:
    """Return where just and uv are, as a runner may have them on its PATH."""
    tools("edge")  # by ./justw, which looks for them or installs them
    installed = [str(found.parent) for found in (ROOT / ".tools").glob("*/bin/just")]
    found = shutil.which("just")
    return ":".join(installed) or str(Path(found or "").parent)
