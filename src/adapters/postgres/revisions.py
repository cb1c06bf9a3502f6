import re
from functools import cache
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve()
SCRIPTS: Final = next(
    folder / "migrations" for folder in _HERE.parents if (folder / "migrations" / "env.py").exists()
)
"""The checkout's migrations, or those installed beside the package."""


@cache
def head() -> str:
    """Return the newest revision: the one that no other stands on. Costs no import of Alembic."""
    text = "\n".join(file.read_text() for file in (SCRIPTS / "versions").glob("*.py"))
    made = set(re.findall(r'^revision = "(\w+)"', text, re.MULTILINE))
    built_on = set(re.findall(r'^down_revision = "(\w+)"', text, re.MULTILINE))
    return "".join(made - built_on)
