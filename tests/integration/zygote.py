"""A process that has loaded what commands load, and that commands are forked from.

A command spends most of its time on loading, and so does a service that starts: of hundreds, that
is minutes. Each still runs in a process, a folder and an environment of its own.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

SECONDS = 120
LARGE = 1 << 20
"""More than a message has bytes."""

PROGRAM = """\
#!{python} -SE
import json, os, signal, socket, sys
line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
line.connect({place!r})
line.sendall(json.dumps({{
    "arguments": sys.argv[1:],
    "cwd": os.getcwd(),
    "environment": dict(os.environ),
    "files": [f"/proc/{{os.getpid()}}/fd/{{number}}" for number in range(3)],
}}).encode())
pid = int(line.recv(64))
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda how, _: os.kill(pid, how))
code = int(line.recv(64))
sys.exit(code if code >= 0 else 128 - code)
"""


@cache
def zygote() -> "Zygote":
    """Return the one of this process; it ends with it."""
    started = Zygote()
    atexit.register(started.stop)
    return started


class Forked:
    """A command that runs: asked as one of `subprocess` is."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.pid = int(line.recv(LARGE))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float) -> int:
        code = self._ended(timeout)
        if code is None:
            raise TimeoutError(f"{self.pid} still runs after {timeout} s")
        return code

    def send_signal(self, how: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, how)

    def _ended(self, within: float) -> int | None:
        if self.returncode is None and select.select([self._line], [], [], within)[0]:
            self.returncode = int(self._line.recv(LARGE))
            self._line.close()
        return self.returncode


class Zygote:
    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._place = Path(self._folder.name) / "zygote"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CORE_")}
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "tests.integration.zygote", str(self._place)],
            cwd=Path(__file__).parents[2],
            env=clean,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def run(
        self, arguments: list[str], cwd: Path, environment: dict[str, str], stdin: str | None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command, and wait for it."""
        with tempfile.TemporaryDirectory() as folder:
            given, out, err = (Path(folder) / name for name in ("in", "out", "err"))
            given.write_text(stdin or "")
            code = self.begin(arguments, cwd, environment, (given, out, err)).wait(SECONDS)
            return subprocess.CompletedProcess(arguments, code, out.read_text(), err.read_text())

    def begin(
        self,
        arguments: list[str],
        cwd: Path,
        environment: dict[str, str],
        files: tuple[Path, Path, Path],
    ) -> Forked:
        """Begin a command that reads from a file and adds to two others, and leave it to itself."""
        asked = {
            "arguments": arguments,
            "cwd": str(cwd),
            "environment": environment,
            "files": list(map(str, files)),
        }
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.connect(str(self._place))
        line.sendall(json.dumps(asked).encode())
        return Forked(line)

    def program(self, file: Path) -> None:
        """Write a `core-api` for scripts: it has its command forked, and lends it its files."""
        file.write_text(PROGRAM.format(python=sys.executable, place=str(self._place)))
        file.chmod(0o755)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._folder.cleanup()


def load() -> None:
    """Load what commands and services do, so that what is forked finds it there."""
    import bootstrap  # noqa: PLC0415
    import entrypoints.cli.__main__  # noqa: PLC0415
    import entrypoints.http.app  # noqa: PLC0415
    import entrypoints.http.protocol  # noqa: F401, PLC0415
    from tests.models import models  # noqa: PLC0415

    bootstrap.migrations()
    for model in models():
        model.model_rebuild()
    gc.freeze()


def serve(place: str) -> None:
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.bind(place)
        server.listen(64)
        server.settimeout(1)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        parent = os.getppid()
        while True:
            try:
                line, _ = server.accept()
            except TimeoutError:
                if os.getppid() != parent:  # it was killed, and could not stop us
                    return
                continue
            if os.fork() == 0:
                server.close()
                break
            line.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked = json.loads(line.recv(LARGE))
    if (child := os.fork()) == 0:
        line.close()
        become(asked)
        sys.modules["entrypoints.cli.__main__"].main()
        return
    line.sendall(str(child).encode())
    _, status = os.waitpid(child, 0)
    line.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def become(asked: dict[str, Any]) -> None:
    """Be the command: its folder, its environment, its files."""
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    added = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, (name, flags) in enumerate(
        zip(asked["files"], (os.O_RDONLY, added, added), strict=True)
    ):
        os.dup2(os.open(name, flags, 0o600), number)
    sys.argv = ["core-api", *asked["arguments"]]


if __name__ == "__main__":
    serve(sys.argv[1])
