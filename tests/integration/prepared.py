"""A database of the newest version, made once and copied for each service of the tests.

To make one and to migrate it takes seconds, and there are a hundred services.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.integration.zygote import zygote


def lay(place: Path) -> None:
    """Put a copy where the service would make a database and secrets of its own."""
    place.parent.mkdir(parents=True, exist_ok=True)
    # Its files belong to whom PostgreSQL runs as: that is copied, too.
    subprocess.run(["/bin/cp", "-a", _prepared(), place], check=True)  # noqa: S603 - our own folders


@cache
def _prepared() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="core-api-prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o711)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CORE_")}
    done = zygote().run(
        ["db", "migrate"], folder, environment | {"CORE_DATA_DIR": str(folder / "data")}, None
    )
    assert done.returncode == 0, done.stderr
    return folder / "data"
