import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from adapters.embedded import locks
from adapters.embedded.cluster import Cluster, Progress
from adapters.embedded.exceptions import ServerFailed
from adapters.embedded.layout import SUPERUSER, Layout


class Urls(NamedTuple):
    """Where to connect, as postgresql:// addresses without a password: the socket knows us."""

    owner: str
    app: str
    superuser: str


class EmbeddedPostgres:
    """One PostgreSQL server per data folder, shared by every process that uses the folder.

    The last one out stops it. A user that is killed counts as gone at once; a server that is killed
    is started again by the next `start` or `ensure_running`, with all that was committed. Whatever
    goes wrong is a ServerFailed that says what to do.

    Everything blocks: call it before the event loop runs, or in a thread. Every instance is a user
    of its own; one instance may be used from several threads.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder (DATA_DIR/postgres); nothing is touched before `start`."""
        # One folder, one name: what is derived from the path must be the same for every process.
        self._layout = Layout(folder.resolve())
        self._cluster = Cluster(self._layout)
        self._membership: int | None = None

    @property
    def urls(self) -> Urls:
        return Urls(
            owner=self._layout.url("core_owner", "core"),
            app=self._layout.url("core_app", "core"),
            superuser=self._layout.url(SUPERUSER, "postgres"),
        )

    def start(self, on_progress: Progress = lambda _: None) -> Urls:
        """Have a server and be one of its users: make its files if there are none, start or join.

        The folder becomes 0700; no folder above it changes. Again is allowed and changes nothing.
        """
        with self._explained():
            self._layout.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._layout.folder.stat().st_mode & 0o077:
                self._layout.folder.chmod(0o700)
            with locks.held(self._layout.turn, locks.EXCLUSIVE):
                if self._membership is None:
                    self._membership = locks.hold(self._layout.users, locks.SHARED)
                try:
                    self._cluster.ensure(on_progress)
                except BaseException:
                    with suppress(ServerFailed):
                        self._leave()
                    raise
        return self.urls

    def ensure_running(self) -> bool:
        """Start the server again if it died under us; tell whether that was so. Cheap if it lives.

        Only between `start` and `stop`: outside them it does nothing.
        """
        with self._explained(), locks.held(self._layout.turn, locks.EXCLUSIVE):
            return self._membership is not None and self._cluster.ensure(lambda _: None)

    def stop(self) -> None:
        """Leave; stop the server if nobody else is left. Again, or without `start`, is allowed."""
        if self._membership is None:
            return
        if not self._layout.folder.exists():  # deleted under us: PostgreSQL notices and ends itself
            locks.release(self._membership)
            self._membership = None
            return
        with self._explained(), locks.held(self._layout.turn, locks.EXCLUSIVE):
            self._leave()

    def _leave(self) -> None:
        if self._membership is None:
            return
        locks.release(self._membership)
        self._membership = None
        if locks.is_free(self._layout.users):
            self._cluster.postmaster.stop()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, subprocess.SubprocessError) as error:
            raise ServerFailed(f"PostgreSQL in {self._layout.folder}: {error}") from error

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
