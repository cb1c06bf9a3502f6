"""The folder of one embedded server, and how it is reached.

    folder/            0700, the user's, or root's: who can't enter it reaches nothing below
      data/            0700, PostgreSQL's own files, and its socket
      server.log       what the server says
      server.lock      held by every process of the server: free means that none is left
      users.lock       held, shared, by every process that uses the server
      start.lock       held while somebody starts or stops the server
      roles.done       the digest of the roles.sql this cluster has seen

Only `data` belongs to the server's account. When root starts it, that account can't even walk to
its own files: it is put inside them, and calls them /proc/self/cwd.
"""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

PORT = 5432  # not a TCP port: it names the socket
SUPERUSER = "postgres"

_SOCKET_PATH_LIMIT = 100  # bytes; Linux takes 107, macOS 103
_WORKING_FOLDER = Path("/proc/self/cwd")


def from_inside(folder: Path) -> Path:
    """What a process that was put into the folder calls it, whether it could walk there or not."""
    return _WORKING_FOLDER if _WORKING_FOLDER.exists() else folder


@dataclass(frozen=True)
class Layout:
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def alive(self) -> Path:
        return self.folder / "server.lock"

    @property
    def users(self) -> Path:
        return self.folder / "users.lock"

    @property
    def turn(self) -> Path:
        return self.folder / "start.lock"

    @property
    def roles_done(self) -> Path:
        return self.folder / "roles.done"

    @property
    def socket(self) -> Path:
        """With the data; where that path can't name a socket, in a short folder in /tmp."""
        name = f".s.PGSQL.{PORT}"
        # A comma would make a client look for two servers.
        if len(os.fsencode(self.data / name)) < _SOCKET_PATH_LIMIT and "," not in str(self.data):
            return self.data / name
        # Not $TMPDIR: every process must come to the same name. Postmaster deals with strangers.
        digest = sha256(os.fsencode(self.data)).hexdigest()
        return Path("/tmp") / f"core-api-{digest[:16]}" / name  # noqa: S108

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket.parent))}&port={PORT}"
