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
def known() -> frozenset[str | None]:
    """Return every revision, and None: what a database is at that lost all of them."""
    return frozenset({None, *_named("revision")})


@cache
def head() -> str:
    """Return the newest revision: the one that no other stands on."""
    return "".join(_named("revision") - _named("down_revision"))


def _named(word: str) -> set[str]:
    """Read what the files say. Costs no import of Alembic."""
    text = "\n".join(file.read_text() for file in (SCRIPTS / "versions").glob("*.py"))
    return set(re.findall(rf'^{word} = "(\w+)"', text, re.MULTILINE))
