"""A process that has loaded what commands load, and that commands are forked from.

A command spends most of its time on loading: of hundreds, that is minutes. Each still runs in a
process, a folder and an environment of its own.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

SECONDS = 120


@cache
def zygote() -> "Zygote":
    """Return the one of this process; it ends with it."""
    started = Zygote()
    atexit.register(started.stop)
    return started


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
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as line:
            place = Path(folder)
            (place / "in").write_text(stdin or "")
            asked = {
                "arguments": arguments,
                "cwd": str(cwd),
                "environment": environment,
                "folder": folder,
            }
            line.settimeout(SECONDS)
            line.connect(str(self._place))
            line.sendall(json.dumps(asked).encode() + b"\n")
            code = int(line.makefile().readline())
            return subprocess.CompletedProcess(
                arguments, code, (place / "out").read_text(), (place / "err").read_text()
            )

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._folder.cleanup()


def serve(place: str) -> None:
    import bootstrap  # noqa: F401, PLC0415 - what commands load
    import entrypoints.cli.__main__  # noqa: PLC0415

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
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
    asked = json.loads(line.makefile().readline())
    if (child := os.fork()) == 0:
        line.close()
        become(asked)
        entrypoints.cli.__main__.main()
        return
    _, status = os.waitpid(child, 0)
    line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become(asked: dict[str, Any]) -> None:
    """Be the command: its folder, its environment, its files."""
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, (name, flags) in enumerate(
        (("in", os.O_RDONLY), ("out", os.O_WRONLY | os.O_CREAT), ("err", os.O_WRONLY | os.O_CREAT))
    ):
        os.dup2(os.open(f"{asked['folder']}/{name}", flags, 0o600), number)
    sys.argv = ["core-api", *asked["arguments"]]


if __name__ == "__main__":
    serve(sys.argv[1])
