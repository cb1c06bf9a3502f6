"""The account PostgreSQL runs under: ours, or, as it refuses to run as root, one of its own.

Root's own is a number without a name, and without anything else on the machine. `nobody` would
share its files and processes with every other daemon that runs as nobody; `postgres` would hand the
machine's real clusters to whoever takes over this one; a new account would change the machine.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from adapters.embedded.exceptions import ServerFailed

# Numbers that neither distributions nor systemd give out (https://systemd.io/UIDS-GIDS/), and small
# enough to exist in a container that maps only 65536 of them.
_SPARE = range(65520, 65534)

# Nothing of the service's environment: it may hold secrets, and PG* variables would lead astray.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @classmethod
    def current(cls) -> Self:
        return cls(os.geteuid(), os.getegid())

    @classmethod
    def owner(cls, path: Path) -> Self:
        status = path.stat()
        return cls(status.st_uid, status.st_gid)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        output: int = subprocess.PIPE,
        keep: Sequence[int] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this account.

        It starts inside `cwd` even where it could not have walked there: the step into the folder
        comes before root is given up. Both its outputs go to `output`; of our descriptors it gets
        `keep` alone, of our environment nothing, and a Ctrl-C meant for us does not reach it.
        """
        return subprocess.run(  # noqa: S603 - the command is ours, and no shell reads it
            command,
            cwd=cwd,
            user=self.uid,
            group=self.gid,
            extra_groups=[] if os.geteuid() == 0 else None,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=keep,
            start_new_session=True,
            timeout=120,
            text=True,
            check=False,
        )


def name_of(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def for_server(data: Path) -> Account:
    """Who runs the server on these files: their owner, for PostgreSQL accepts nobody else."""
    owner, ours = Account.owner(data), Account.current()
    if owner.uid == 0:
        raise ServerFailed(f"{data} belongs to root, and PostgreSQL does not run as root")
    if ours.uid not in {0, owner.uid}:
        raise ServerFailed(f"Permission denied: {data} belongs to user id {owner.uid}")
    return ours if owner.uid == ours.uid else owner


def for_new_cluster() -> tuple[Account, Account]:
    """Who runs `initdb`, and who shall own what it makes.

    They differ for root only: `initdb` insists on an account with a name.
    """
    if os.geteuid() != 0:
        return Account.current(), Account.current()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise ServerFailed("As root, PostgreSQL needs the account `nobody`") from None
    spare = next((uid for uid in _SPARE if name_of(uid) is None), nobody.pw_uid)
    return Account(nobody.pw_uid, nobody.pw_gid), Account(spare, spare)
