"""The commands of the how-to pages do what the pages say: what is fenced as `bash` is run."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.integration.service import PATIENCE, Person, Service

PAGES: Final = Path(__file__).parents[2] / "docs" / "how-to"
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

    @property
    def at(self) -> str:
        return f"/v1/organizations/{self.organization}"

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
        folder = Path(sys.executable).parent
        done = subprocess.run(  # noqa: S603 - the page's own commands
            ["/bin/bash", "-c", script],
            cwd=self.folder,
            env=self.service.environment
            | self.told
            | {"PATH": f"{folder}:{self.service.environment['PATH']}"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    def _meant(self) -> dict[str, str]:
        """Return what the reader puts in place of what the page has for an example."""
        slug = self.ada.http.get(self.at).json()["slug"]
        today = datetime.now(UTC)
        days = (WRITTEN, WRITTEN.replace(day=1), WRITTEN.replace(month=12, day=1))
        moved = today - timedelta(days=1) - WRITTEN
        dates = {f"{day:%Y-%m-%d}": f"{day + moved:%Y-%m-%d}" for day in days}
        return {
            HOST: self.service.url,
            " engines ": f" {slug} ",
            " engines\n": f" {slug}\n",
        } | dates


def fenced(text: str) -> list[str]:
    return re.findall(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that pages may sell by and rename."""
    with Service(tmp_path_factory.mktemp("pages")) as host:
        yield host


@pytest.fixture
def reader(host: Service, tmp_path: Path) -> Reader:
    return Reader(host, tmp_path)


def with_a_key(reader: Reader) -> None:
    made = reader.ada.http.post(
        f"{reader.at}/api-keys", json={"name": "product", "scopes": ["flags:read"]}
    )
    assert made.status_code == 201, made.text
    reader.told["key"] = made.json()["key"]


def with_tickets(reader: Reader) -> None:
    reader.walk("collections")
    reader.told["at"] = f"{reader.service.url}{reader.at}/collections/tickets/records"
    made = reader.ada.http.post(reader.told["at"], json={"subject": "Paper jam", "number": 1})
    assert made.status_code == 201, made.text
    reader.told["id"] = made.json()["id"]
    (reader.folder / "tickets.csv").write_text("subject,number\nPaper jam again,1\nNo toner,2\n")


def with_nothing(_: Reader) -> None: ...


WALKED: Final[dict[str, tuple[Callable[[Reader], None], tuple[str, ...]]]] = {
    "collections": (with_nothing, ("+ tickets", '"title":"Cases"')),
    "records": (with_tickets, ("Printer on fire", '"state":"done"', '"count":')),
    "feature-flags": (with_a_key, ('"key":"banner"', '"flags":[')),
    "count-what-happens": (with_nothing, ('"inserted":1', "12.5", "Revenue by country")),
    "take-payments": (with_nothing, ("team_monthly", '"url":')),
    "send-webhooks": (with_nothing, ('"secret":"whsec_',)),
    "operate-an-installation": (with_nothing, ("read_only", "Analytical Engines")),
    "back-up-and-restore": (with_nothing, ("core.backup",)),
}
"""What the reader has before, and what they see, among more."""


@pytest.mark.parametrize("page", WALKED)
def test_a_page_can_be_walked(reader: Reader, page: str) -> None:
    prepare, expected = WALKED[page]
    prepare(reader)

    printed = reader.walk(page)

    assert [one for one in expected if one not in printed] == [], printed


def test_every_page_with_commands_to_run_is_walked() -> None:
    """`sh` is for what is only shown: it needs what a test lacks, or would change a checkout."""
    pages = {file.stem for file in PAGES.glob("*.md") if fenced(file.read_text())}

    assert pages - WALKED.keys() - {"protect-your-endpoint"} == set()
