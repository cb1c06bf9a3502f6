"""The server process: whether it is there, how it begins and how it ends.

Which processes are left is told by a lock they inherit, not by postmaster.pid: after a kill -9 or a
reboot that file names a process that is gone, or by now somebody else.
"""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from adapters.embedded import locks, private
from adapters.embedded.accounts import Account
from adapters.embedded.exceptions import ServerFailed
from adapters.embedded.layout import PORT, Layout, from_inside

_START_SECONDS = 120  # replaying the log after a crash takes its time
_STOP_SECONDS = 30
_LOOK_SECONDS = 0.01
_LOG_LIMIT = 10_000_000  # bytes
_STATUS_LINE = 7  # of postmaster.pid
_PROC = Path("/proc/self")


class Postmaster:
    """Callers hold the start lock: nothing here is safe against another starter."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def answers(self) -> bool:
        """Tell whether a server is ready and listens; the remains of a dead one do not fool it."""
        lines = self._pid_file()
        if len(lines) <= _STATUS_LINE or lines[_STATUS_LINE].strip() != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(self._layout.socket))
            except (BlockingIOError, TimeoutError):
                pass  # so busy that its queue is full
            except OSError:
                return False
        return self._is_private(self._layout.socket.parent)

    def start(self, binaries: Path, account: Account) -> bool:
        """Have an answering server; False if one that was still coming up has become it."""
        if self._settles(since=0):
            return False
        since = self._launch(binaries, account)
        if not self._settles(since):
            raise self.failed("PostgreSQL ended instead of starting", since)
        return True

    def stop(self) -> None:
        """Do what `pg_ctl stop -m fast` does, and if that hangs, `-m immediate`."""
        if self._pid() is None and self.answers():
            return  # not ours to stop: started by hand, or in another container
        for how in (signal.SIGINT, signal.SIGQUIT):
            signalled = False
            deadline = time.monotonic() + _STOP_SECONDS
            while time.monotonic() < deadline:
                if locks.is_free(self._layout.alive):
                    self._drop_socket_folder()
                    return
                signalled = signalled or self._signal(how)
                time.sleep(_LOOK_SECONDS)
        raise self.failed("PostgreSQL does not stop")

    def failed(self, what: str, since: int = 0) -> ServerFailed:
        """Say it with the last lines of the log, those written after byte `since`."""
        said = ""
        with suppress(OSError), self._layout.log.open("rb") as log:
            log.seek(max(since, log.seek(0, os.SEEK_END) - 4000))
            said = log.read().decode(errors="replace")
        return ServerFailed(f"{what} ({self._layout.log})", said=said)

    def _settles(self, since: int) -> bool:
        """Wait until the server answers (True) or no process of it is left (False)."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return True
            if locks.is_free(self._layout.alive):
                return False
            time.sleep(_LOOK_SECONDS)
        raise self.failed(f"PostgreSQL is not ready after {_START_SECONDS} s", since)

    def _launch(self, binaries: Path, account: Account) -> int:
        """Start the process, give where the log stood. The process is init's child, not ours."""
        self._clear()
        self._make_socket_folder(account)
        log = self._open_log()
        # Closed below and not released: the lock is the server's from then on.
        alive = locks.hold(self._layout.alive, locks.EXCLUSIVE | locks.AT_ONCE)
        try:
            since = os.fstat(log).st_size
            shell = ["/bin/sh", "-c", '"$0" "$@" &', str(binaries / "postgres")]
            command = [*shell, *self._options()]
            account.run(command, cwd=self._layout.data, output=log, keep=[alive])
        finally:
            os.close(alive)
            os.close(log)
        return since

    def _options(self) -> list[str]:
        here = from_inside(self._layout.data)
        folder = self._layout.socket.parent
        quoted = str(here if folder == self._layout.data else folder).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            "shared_buffers": "128MB",
            "max_connections": 100,
            "fsync": "on",
            "synchronous_commit": "on",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %q%u@%d ",
            "cluster_name": self._layout.folder,  # so that `ps` tells which server it is
        }
        return ["-D", str(here), *(f"--{name}={value}" for name, value in settings.items())]

    def _clear(self) -> None:
        # No process of the server is left (its lock was free), but the numbers in these may be in
        # use again, and PostgreSQL would wait for a stranger to end.
        (self._layout.data / "postmaster.pid").unlink(missing_ok=True)
        self._layout.socket.unlink(missing_ok=True)
        self._layout.socket.with_name(f"{self._layout.socket.name}.lock").unlink(missing_ok=True)

    def _make_socket_folder(self, account: Account) -> None:
        folder = self._layout.socket.parent
        if folder == self._layout.data:
            return
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, account.uid, account.gid)
        if not self._is_private(folder):
            raise ServerFailed(f"Permission denied: {folder} was made by somebody else")

    def _drop_socket_folder(self) -> None:
        folder = self._layout.socket.parent
        with suppress(OSError):
            if folder != self._layout.data and self._is_private(folder):
                folder.rmdir()

    def _is_private(self, folder: Path) -> bool:
        # In /tmp anybody may make a folder of that name first, even a link, and listen there.
        status = folder.lstat()
        return status.st_uid == self._layout.data.stat().st_uid and not status.st_mode & 0o077

    def _open_log(self) -> int:
        log = self._layout.log
        with suppress(FileNotFoundError):
            if log.stat().st_size > _LOG_LIMIT:
                log.replace(log.with_name("server.log.old"))
        return private.opened(log)

    def _pid_file(self) -> list[str]:
        try:
            return (self._layout.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _signal(self, how: signal.Signals) -> bool:
        pid = self._pid()
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, how)
        return pid is not None

    def _pid(self) -> int | None:
        """The process to signal: None rather than one that merely got its number."""
        lines = self._pid_file()
        if not lines or locks.is_free(self._layout.alive):
            return None
        pid = int(lines[0])
        if not _PROC.exists():
            return pid
        try:
            owner = Path(f"/proc/{pid}").stat().st_uid
        except FileNotFoundError:
            return None
        return pid if owner == self._layout.data.stat().st_uid else None
