"""The tools that look at containers without running any, exactly as locked."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.infra.tools import installed, tools

ROOT: Final = Path(__file__).parents[3]
DOCKER: Final = ROOT / "infra" / "docker"
COMPOSE: Final = DOCKER / "compose.yaml"
CORE: Final = ("api", "worker", "migrate")
"""Services that run our image."""

VARIABLES: Final = {
    "CORE_APP_PASSWORD": "password-of-the-app",
    "CORE_ENVIRONMENT": "production",
    "CORE_OWNER_PASSWORD": "password-of-the-owner",
    "CORE_PUBLIC_URL": "https://api.example.com",
    "CORE_S3_ACCESS_KEY_ID": "key-to-the-files",
    "CORE_S3_PUBLIC_ENDPOINT_URL": "https://files.example.com",
    "CORE_S3_SECRET_ACCESS_KEY": "secret-of-the-files",
    "CORE_SECRET_KEYS": "abcdefghijklmnopqrstuvwxyz0123456789",
    "POSTGRES_PASSWORD": "password-of-the-superuser",
    "SERVER_NAME": "api.example.com",
}
"""What compose.yaml asks for."""


def run(*command: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own command
        [str(one) for one in command],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        **options,
    )


def programs() -> Path:
    """Return the folder of the tools; install them when they are not there yet."""
    return tools("containers")


def compose() -> Path:
    """Return the program that is Compose."""
    return installed("compose-program")


def configured(*files: Path, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    """Have Compose read its files with these variables and no others; None takes one away."""
    variables = {name: value for name, value in (VARIABLES | changes).items() if value is not None}
    options = [f"--file={file}" for file in files or (COMPOSE,)]
    return run(
        compose(),
        *(*options, "--env-file", os.devnull, "config", "--format", "json"),
        env={"PATH": os.defpath} | variables,
    )


def services(*files: Path, **changes: str | None) -> dict[str, Any]:
    done = configured(*files, **changes)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found
