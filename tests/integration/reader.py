"""Somebody who does what a page says: what is fenced as `bash` is run against a real service."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.integration.service import PATIENCE, Person, Service
from tests.integration.zygote import zygote

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = ROOT / "docs" / "how-to"
HOST: Final = "http://127.0.0.1:8000"
WRITTEN: Final = datetime(2026, 11, 28, tzinfo=UTC)
"""The day of the examples: it is always the one before today when they are run."""


class Reader:
    """Somebody who has an organization, and does what a page says in a folder of their own."""

    def __init__(self, service: Service, folder: Path) -> None:
        self.service = service
        self.folder = folder
        self.ada: Person = service.person()
        self.organization = self.ada.organization()
        self.told: dict[str, str] = {
            "api": f"{service.url}/v1",
            "token": self.ada.tokens["access_token"],
            "organization": self.organization,
        }
        self.meant: dict[str, str] = {}
        """What else the reader puts in place of what the page has for an example."""
        self.typed: Path | None = None
        """Where what the reader types comes from, once a command has asked for it."""
        (folder / "bin").mkdir(exist_ok=True)
        zygote().program(folder / "bin" / "core-api")

    @property
    def at(self) -> str:
        return f"/v1/organizations/{self.organization}"

    @property
    def slug(self) -> str:
        return str(self.ada.http.get(self.at).json()["slug"])

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.folder}/bin:{Path(sys.executable).parent}:{self.service.environment['PATH']}"
        beside = {"PATH": path, "PYTHONPATH": str(ROOT)}
        return self.service.environment | self.told | beside

    def program(self, name: str, script: str) -> None:
        """Give the reader a program that a page takes for granted."""
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def walk(self, page: str) -> str:
        """Return all that the commands of a page printed."""
        text = (PAGES / f"{page}.md").read_text()
        for name, content in re.findall(
            r"^```yaml\n# (\S+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL
        ):
            (self.folder / name).write_text(content)
        script = "set -euo pipefail\n" + "\n".join(fenced(text))
        for written, meant in self._meant().items():
            script = script.replace(written, meant)
        return self.run(script)

    def run(self, script: str) -> str:
        with (self.typed or Path("/dev/null")).open("r+b" if self.typed else "rb", 0) as typed:
            done = subprocess.run(  # noqa: S603 - the page's own commands
                ["/bin/bash", "-c", script],
                cwd=self.folder,
                env=self.environment,
                stdin=typed,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _meant(self) -> dict[str, str]:
        """Return what the reader puts in place of what the page has for an example."""
        today = datetime.now(UTC)
        days = (WRITTEN, WRITTEN.replace(day=1), WRITTEN.replace(month=12, day=1))
        moved = today - timedelta(days=1) - WRITTEN
        dates = {f"{day:%Y-%m-%d}": f"{day + moved:%Y-%m-%d}" for day in days}
        mails = {".data/mails": str(self.service.folder / "data" / "mails")}
        return {
            HOST: self.service.url,
            " engines ": f" {self.slug} ",
            " engines\n": f" {self.slug}\n",
        } | (dates | mails | self.meant)


def fenced(text: str) -> list[str]:
    return re.findall(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
