"""Builds our image and runs it, with no daemon: buildah, and podman on runc.

What it is built on here is Debian with Debian's own Python, under the name of the base, for images
of registries need a registry. All else is as it is elsewhere: the Dockerfile, the lock, the rights.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from re import MULTILINE as M
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.infra.containers.tools import DOCKER, ROOT, run
from tests.integration.service import PATIENCE

NEEDED: Final = ("buildah", "podman", "runc", "mmdebstrap")
IMAGE: Final = "localhost/core-api:test"
BASE: Final = "localhost/python:stand-in"
DOCKERFILE: Final = DOCKER / "Dockerfile"

PACKAGES: Final = ("ca-certificates", "python3", "python3-venv")
LINKS: Final = (
    'for name in python python3; do ln -s /usr/bin/python3 "$1/usr/local/bin/$name"; done'
)
"""Where the base has its Python."""

BORROWED: Final = (Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/pip.conf"))
"""What tells whom this machine trusts and where it finds packages; lent to the build, not kept."""

RIGHTS: Final = (
    *("--network=host", "--cgroups=no-conmon", "--no-healthcheck", "--read-only", "--tmpfs=/tmp"),
    *("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"),
    *("--cap-drop=all", "--security-opt=no-new-privileges"),
)


def require() -> None:
    """Skip, and say why, where images can't be built; fail where they should be."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if not missing and os.geteuid() == 0:
        if run("unshare", "--mount", "--pid", "--fork", "true").returncode != 0:
            pytest.skip("to build an image takes namespaces, and this machine lets nobody have any")
        return
    reason = f"to build an image takes root and {', '.join(NEEDED)}: `tools/containers.sh`"
    if "CI" in os.environ and os.geteuid() == 0:
        pytest.fail(f"{reason} could not install {', '.join(missing)}")
    pytest.skip(reason)


def successful(*command: str | Path, **options: Any) -> str:
    done = run(*command, **options)
    assert done.returncode == 0, f"{command}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


@dataclass
class Engine:
    """Images and containers in a folder of their own, which nobody else's tools see."""

    folder: Path
    driver: str = field(default="overlay")

    def __post_init__(self) -> None:
        if (
            run(*self.podman_command(), "info").returncode != 0
        ):  # a file system that can't lie in layers
            self.driver = "vfs"

    @property
    def _storage(self) -> tuple[str, ...]:
        return (
            *("--root", str(self.folder / "storage"), "--runroot", str(self.folder / "run")),
            *("--storage-driver", self.driver),
        )

    def podman_command(self) -> tuple[str, ...]:
        options = ("--cgroup-manager=cgroupfs", "--events-backend=file", "--runtime=runc")
        return ("podman", *self._storage, *options)

    def buildah(self, *arguments: str | Path) -> str:
        return successful("buildah", *self._storage, *arguments)

    def podman(self, *arguments: str) -> str:
        return successful(*self.podman_command(), *arguments)

    def make_base(self) -> None:
        """Make Debian, of the release that the Dockerfile names, with its Python."""
        release = re.findall(
            r"^ARG PYTHON_IMAGE=\S+-slim-(\w+)@", DOCKERFILE.read_text(), re.MULTILINE
        )[0]
        tar = self.folder / "base.tar"
        included = f"--include={','.join(PACKAGES)}"
        hook = f"--customize-hook={LINKS}"
        successful("mmdebstrap", "--quiet", "--variant=minbase", included, hook, release, tar)
        container = self.buildah("from", "scratch").strip()
        self.buildah("add", "--quiet", container, tar, "/")
        self.buildah("commit", "--quiet", container, BASE)
        self.buildah("rm", container)
        tar.unlink()

    def build(self) -> None:
        lent = [f"--volume={path}:{path}:ro" for path in BORROWED if path.exists()]
        self.buildah(
            *("bud", "--isolation=chroot", "--pull-never", "--format=docker", "--layers"),
            *(f"--build-arg=PYTHON_IMAGE={BASE}", *lent),
            *(f"--file={DOCKERFILE}", f"--tag={IMAGE}", str(ROOT)),
        )

    def run(
        self, *arguments: str, options: Sequence[str] = (), stdin: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a container to its end, with the rights that Compose gives it."""
        command = (*self.podman_command(), "run", "--rm", "--interactive", *RIGHTS, *options)
        return run(*command, IMAGE, *arguments, input=stdin or "")

    def python(self, code: str, *options: str) -> str:
        done = self.run("-", options=["--entrypoint=python", *options], stdin=code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def started(self, *arguments: str, options: Sequence[str] = ()) -> "Iterator[Container]":
        """Run a container beside the tests, until they are done with it."""
        name = f"core-api-{uuid4().hex[:12]}"
        log = self.folder / f"{name}.log"
        command = (
            *self.podman_command(),
            "run",
            f"--name={name}",
            *RIGHTS,
            *options,
            IMAGE,
            *arguments,
        )
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603
        container = Container(self, name, process, log)
        try:
            yield container
        finally:
            container.stop(signal.SIGKILL)
            self.podman("rm", "--force", "--ignore", name)

    def discard(self) -> None:
        run(*self.podman_command(), "rm", "--all", "--force")
        run(*self.podman_command(), "rmi", "--all", "--force")
        run("buildah", *self._storage, "rm", "--all")
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Container:
    engine: Engine
    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    _pid: int = 0

    @property
    def pid(self) -> int:
        """Its first process, as this machine numbers it; 0 until it runs."""
        if not self._pid:
            asked = ("inspect", "--format={{.State.Pid}}", self.name)
            self._pid = int(run(*self.engine.podman_command(), *asked).stdout or 0)
        return self._pid

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to its first process and wait; return the exit code."""
        if self.process.poll() is None:
            run(*self.engine.podman_command(), "kill", f"--signal={how.name}", self.name)
        return self.process.wait(timeout=PATIENCE)

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)

    def handles(self, how: signal.Signals) -> bool:
        """Tell whether its first process is ours already, and does something about a signal."""
        if not (pid := self.pid) or b"core-api" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return False
        caught = re.findall(r"^SigCgt:\s+(\w+)", Path(f"/proc/{pid}/status").read_text(), M)
        return bool(int(caught[0], 16) & 1 << (how - 1))

    def resident_bytes(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"^VmRSS:\s+(\d+) kB", status, M)[0]) * 1024


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
