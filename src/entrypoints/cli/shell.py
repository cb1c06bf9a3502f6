"""psql on the service's database, as one of its roles."""

import asyncio
import signal

from bootstrap import Settings, database, programs


def opened(settings: Settings, *, as_app: bool) -> int:
    """Run the shell to its end; return its exit code. An embedded server stays up meanwhile."""

    async def shell() -> int:
        async with database(settings) as found:
            url = found.service_url() if as_app else found.owner_url()
            process = await programs().on(url, "psql").start()
            return await process.wait()

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the shell: it ends a query there
    return asyncio.run(shell())
