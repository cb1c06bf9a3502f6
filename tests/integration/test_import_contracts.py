"""Each import contract bites: a copy of the tree that breaks every one of them is told so."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
BREAKS = {
    "core/accounts/broken.py": "import fastapi\nfrom adapters import system\n",
    "core/management/collections/broken.py": "from core.management.records import models\n",
    "core/mails/broken.py": "from core.accounts import models\n",
    "adapters/memory/broken.py": (
        "import bootstrap\nimport sqlalchemy\nfrom adapters import postgres\n"
    ),
    "entrypoints/broken.py": "from adapters import memory\n",
}


def test_every_import_contract_bites(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, source in BREAKS.items():
        (tmp_path / "src" / name).write_text(source)
    linter = Path(sys.executable).with_name("lint-imports")

    told = subprocess.run(  # noqa: S603 - our own command
        [str(linter), "--no-logo", "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = {one["name"] for one in settings["tool"]["importlinter"]["contracts"]}
    broken = set(re.findall(r"^(.+) BROKEN", told.stdout, re.MULTILINE))
    assert broken == names, told.stdout[:3000] + told.stderr
