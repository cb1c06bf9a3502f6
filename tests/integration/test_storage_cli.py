"""Files at a terminal, on a real S3 server, while the service and the command itself are killed."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration import seaweed
from tests.integration.service import PATIENCE, Service

LARGE = 80 * 1024 * 1024
PUT = ("storage", "objects", "put", "--bucket", "docs")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with seaweed.running(tmp_path_factory.mktemp("seaweed")) as url:
        variables = {
            name.removeprefix("CORE_").lower(): value
            for name, value in seaweed.settings(url).items()
        }
        with Service(tmp_path_factory.mktemp("service"), **variables) as started:
            yield started


@pytest.fixture
def org(service: Service) -> str:
    organization_id = service.person().organization()
    service.cli("storage", "buckets", "create", "docs", "--org", organization_id)
    return organization_id


def begun(service: Service, *arguments: str) -> "subprocess.Popen[str]":
    """Begin a command, and leave it to itself."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [*service.command, *arguments],
        cwd=service.folder,
        env=service.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def upload_id(text: str) -> str:
    found = re.search(r"Uploading as (\S+)\.", text)
    assert found is not None, text
    return found[1]


def test_a_large_file_comes_back_as_it_was_though_the_service_was_killed(
    service: Service, org: str, tmp_path: Path
) -> None:
    file, back = tmp_path / "large.bin", tmp_path / "back.bin"
    file.write_bytes(os.urandom(LARGE))

    putting = begun(service, *PUT, str(file), "--org", org)
    time.sleep(1)
    service.stop(signal.SIGKILL)
    service.start()
    told, _ = putting.communicate(timeout=PATIENCE)

    assert putting.returncode == 0, told
    assert told.rstrip().endswith("available")
    service.cli(
        *("storage", "objects", "get", upload_id(told), "--org", org, "--output", str(back))
    )
    assert back.read_bytes() == file.read_bytes()
    assert "0 sums mended" in service.cli("storage", "usage", "recompute", org)


def test_an_upload_that_was_killed_goes_on_where_it_was(
    service: Service, org: str, tmp_path: Path
) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(os.urandom(LARGE))
    putting = begun(service, *PUT, str(file), "--org", org)
    assert putting.stdout is not None
    upload = upload_id(next(line for line in putting.stdout if "Uploading as" in line))
    putting.kill()
    putting.communicate()
    assert upload in service.cli("storage", "uploads", "ls", "--org", org, "--json")

    again = service.cli(*PUT, str(file), "--org", org, "--resume", upload)

    assert again.rstrip().endswith("available")
    url = service.cli("storage", "objects", "url", upload, "--org", org).strip()
    assert httpx.get(url).content == file.read_bytes()


def test_what_can_not_be_is_said_and_nothing_is_left(
    service: Service, org: str, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    put = ("storage", "objects", "put", str(file), "--org", org, "--bucket")
    service.cli("storage", "usage", "set-quota", org, "4")

    assert "quota_exceeded" in service.cli(*put, "docs", expect=1)
    assert "bucket_not_found" in service.cli(*put, "missing", expect=1)
    missing = ("storage", "objects", "put", str(tmp_path / "no"), "--org", org, "--bucket", "docs")
    assert "is no file" in service.cli(*missing, expect=2)
    service.cli("storage", "usage", "set-quota", org, "--default")
    stored = service.cli(*put, "docs").split()[0]
    assert "Say --yes" in service.cli("storage", "objects", "rm", stored, "--org", org, expect=2)
    service.cli("storage", "objects", "rm", stored, "--org", org, "--yes")
    assert stored in service.cli("storage", "objects", "ls", "--org", org, "--status", "deleted")
    service.cli("storage", "objects", "restore", stored, "--org", org)
    shown = service.cli("storage", "usage", "show", org, "--json")
    assert '"used": 5' in shown
