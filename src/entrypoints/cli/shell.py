"""psql on the service's database, as one of its roles."""

import asyncio
import os
import shutil
import signal
from urllib.parse import unquote, urlsplit

from bootstrap import Settings, database, psql
from entrypoints.cli.running import UNAVAILABLE, end


def opened(settings: Settings, *, as_app: bool) -> int:
    """Run the shell to its end; return its exit code. An embedded server stays up meanwhile."""

    async def shell() -> int:
        async with database(settings) as found:
            url = found.service_url() if as_app else found.owner_url()
            address, password = without_password(url)
            if password:
                os.putenv("PGPASSWORD", password)
            process = await asyncio.create_subprocess_exec(_program(), address)
            return await process.wait()

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the shell: it ends a query there
    return asyncio.run(shell())


def _program() -> str:
    """Return the psql that is as new as the embedded server, or the one of the PATH."""
    ours = psql()
    if ours.exists():
        return str(ours)
    return shutil.which("psql") or end(UNAVAILABLE, "There is no psql on the PATH.")


def without_password(url: str) -> tuple[str, str | None]:
    """Take the password out of an address: everybody on the machine can see arguments."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, None
    _, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{parts.username}@{host}").geturl(), unquote(parts.password)
