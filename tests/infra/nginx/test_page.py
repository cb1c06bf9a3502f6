"""The page's commands, as they are typed; the ports, the folders and the host are ours."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infra.nginx import certificates
from tests.infra.nginx.edge import program
from tests.infra.tools import PATIENCE, ROOT
from tests.integration.service import Service, free_port

PAGE = (ROOT / "docs" / "how-to" / "nginx.md").read_text()
NAME = "api.example.com"
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that workers, who are nobody, may enter."""
    made = Path(tempfile.mkdtemp(prefix="edge-page-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def wrapped(folder: Path, name: str, command: str) -> None:
    """Put a program on the PATH that is the real one with options of the test's."""
    script = folder / "bin" / name
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    script.chmod(0o755)


def walk(folder: Path, service: Service) -> "subprocess.CompletedProcess[str]":
    http, https = free_port(), free_port()
    ours = certificates.made(folder, NAME)
    wrapped(
        folder, "nginx", f"{program()} -p {folder} -c {folder}/nginx.conf -e {folder}/error.log"
    )
    to = f"--connect-to {NAME}:443:127.0.0.1:{https} --connect-to {NAME}:80:127.0.0.1:{http}"
    again = "--retry 9 --retry-connrefused --retry-delay 1"
    wrapped(folder, "curl", f"{shutil.which('curl')} --cacert {ours.chain} {to} {again}")
    script = "set -eu\n" + "\n".join(BLOCKS) + "\nwait\n"
    script = script.replace("/etc/nginx/nginx.conf", f"{folder}/nginx.conf")
    script = script.replace("/etc/letsencrypt/live/api.example.com/fullchain.pem", str(ours.chain))
    script = script.replace("/etc/letsencrypt/live/api.example.com/privkey.pem", str(ours.key))
    script = script.replace("RUN_DIR=/run\n", f"RUN_DIR={folder}\n")
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{service.port}")
    variables = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "HTTP_PORT": f"127.0.0.1:{http}",
        "HTTPS_PORT": f"127.0.0.1:{https}",
        "ACCESS_LOG": str(folder / "access.log"),
    }
    return subprocess.run(  # noqa: S603 - the page's own commands
        ["/bin/sh", "-c", script],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_nginx_can_be_put_in_front_as_the_page_says(folder: Path) -> None:
    settings = dict(re.findall(r"export CORE_(\w+)=(\S+)", PAGE))
    named = {name.lower(): value for name, value in settings.items()}
    assert named == {"public_url": f"https://{NAME}", "trusted_proxies": "127.0.0.1"}
    (folder / "service").mkdir()
    with Service(folder / "service", **named) as service:
        walked = walk(folder, service)

    assert walked.returncode == 0, walked.stdout + walked.stderr
    said = walked.stdout.splitlines()
    assert said[0].startswith('{"status":"ok"')
    assert "404" in said[0] + said[1]
    assert said[-1] == f"https://{NAME}/docs"
    assert "test is successful" in walked.stderr


def test_the_page_names_real_variables() -> None:
    defaults = (ROOT / "infra" / "nginx" / "defaults.env").read_text()
    named = {
        name
        for row in re.findall(r"^\| (`[A-Z_`, ]+`) \|", PAGE, re.MULTILINE)
        for name in re.findall(r"[A-Z_]+", row)
    }
    exported = set(re.findall(r"^export (?!CORE_)([A-Z_]+)=", PAGE, re.MULTILINE))

    assert named
    assert named | exported <= set(re.findall(r"^#?([A-Z_]+)=", defaults, re.MULTILINE))
