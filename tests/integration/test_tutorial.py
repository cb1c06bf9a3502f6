"""The commands of the tutorial do what the page says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.service import PATIENCE, Service

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "first-steps.md"


class Typed(Service):
    """Started as the reader types it."""

    loads_anew = True


def blocks() -> list[str]:
    """Return what the reader types; the shell that starts the service is fenced otherwise."""
    return re.findall(r"^```bash\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def test_the_first_steps_can_be_walked(tmp_path: Path) -> None:
    with Typed(tmp_path) as service:
        script = "set -eu\n" + "\necho '---'\n".join(blocks())
        script = script.replace("http://127.0.0.1:8000", service.url)
        script = script.replace(".data/mails", str(tmp_path / "data" / "mails"))
        folder = str(Path(sys.executable).parent)
        environment = service.environment | {"PATH": f"{folder}:{service.environment['PATH']}"}

        walked = subprocess.run(  # noqa: S603 - the page's own commands
            ["/bin/bash", "-c", script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    assert walked.returncode == 0, walked.stdout + walked.stderr
    answers = walked.stdout.split("---\n")
    assert answers[1].count("pending_verification") == 2
    assert "/verify-email?token=" in answers[2]
    assert '"email":"ada@example.com"' in answers[4]
    assert '"role":"member"' in answers[6]
    assert "permission_denied" in answers[7]
    assert "session_revoked" in answers[8]
    assert "invitation.accepted" in answers[9]
    assert "bob@example.com" in answers[10]


@pytest.mark.parametrize(
    "page",
    sorted(PAGE.parents[1].rglob("*.md")),
    ids=lambda page: str(page.relative_to(PAGE.parents[1])),
)
def test_a_page_links_to_what_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []
