"""ClamAV's daemon, asked over its own protocol: `INSTREAM` of clamd(8)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final, override

from core.storage import ports
from core.storage.exceptions import ScannerUnavailable
from core.storage.models import Verdict

PATIENCE: Final = 120.0
"""Seconds that a scan may take once all bytes are sent."""

LENGTH_BYTES: Final = 4


class ClamdScanner(ports.ContentScanner):
    """`address` is `host:port`, or the path of a unix socket."""

    def __init__(self, address: str) -> None:
        self._address = address

    @override
    async def scan(self, chunks: AsyncIterator[bytes]) -> Verdict:
        try:
            reader, writer = await self._connected()
            try:
                answer = await self._asked(reader, writer, chunks)
            finally:
                writer.close()
        except (OSError, TimeoutError) as error:
            raise ScannerUnavailable from error
        if answer.endswith("OK"):
            return "clean"
        return "infected" if answer.endswith("FOUND") else "error"

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host, int(port))

    @staticmethod
    async def _asked(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, chunks: AsyncIterator[bytes]
    ) -> str:
        writer.write(b"zINSTREAM\0")
        async for chunk in chunks:
            writer.write(len(chunk).to_bytes(LENGTH_BYTES) + chunk)
            await writer.drain()
        writer.write(bytes(LENGTH_BYTES))
        await writer.drain()
        answer = await asyncio.wait_for(reader.readuntil(b"\0"), PATIENCE)
        return answer.rstrip(b"\0").decode(errors="replace").strip()


class NoScanner(ports.ContentScanner):
    """Nobody looks here: either nothing is scanned, or a scanner outside tells what it found."""

    @override
    async def scan(self, chunks: AsyncIterator[bytes]) -> Verdict:
        return "error"
