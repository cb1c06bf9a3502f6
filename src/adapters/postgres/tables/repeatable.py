"""Grants, policies, triggers and functions: what Alembic can't see, applied after every upgrade.

A paragraph of a file is a step, done wholly or not at all: what is dropped in it is made again in
it, and a function that runs as its owner is taken from everybody in it. None holds more than one
table, for requests hold others meanwhile.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

FILES: Final = Path(__file__).parents[1] / "sql"


def steps() -> Iterator[str]:
    """Return all steps; in each file, what lets somebody at a table comes behind its walls."""
    for file in sorted(FILES.glob("*.sql")):
        yield from sorted(_paragraphs(file.read_text()), key=_gives)


def _paragraphs(script: str) -> Iterator[str]:
    """Split where a line is empty, but in the body of a function."""
    begun: list[str] = []
    for part in script.split("\n\n"):
        begun.append(part)
        if "\n\n".join(begun).count("$$") % 2 == 0:
            yield "\n\n".join(begun)
            begun = []


def _gives(paragraph: str) -> bool:
    lines = [line for line in paragraph.splitlines() if not line.startswith("--")]
    return bool(lines) and lines[0].startswith("GRANT ")
