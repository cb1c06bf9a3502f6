"""Backups of the database, and what goes on meanwhile."""

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.filesize import decimal

from bootstrap import Said, Settings, backup, restore

STEP: Final = re.compile(r'(?:dumping contents of|processing data for) table "?([^"]+)"?$')


def write(settings: Settings, file: Path) -> str:
    """Write a backup; return how large it is."""
    with _told("Writing") as said:
        asyncio.run(backup(settings, file, said))
    return decimal(file.stat().st_size)


def read(settings: Settings, file: Path, *, replace: bool) -> None:
    with _told("Restoring") as said:
        asyncio.run(restore(settings, file, said, replace=replace))


@contextmanager
def _told(what: str) -> Iterator[Said]:
    """Show which table it is at, where somebody watches."""
    console = Console(stderr=True)
    with console.status(f"{what} ...") as status:

        def said(line: str) -> None:
            if step := STEP.search(line):
                status.update(f"{what} {step[1]} ...")

        yield said if sys.stderr.isatty() else lambda _: None
