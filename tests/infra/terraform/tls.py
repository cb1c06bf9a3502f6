"""TLS before a PostgreSQL that was built without: who does not ask for it is turned away."""

import asyncio
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
ASKS_FOR_TLS = struct.pack("!ii", 8, 80877103)
"""A client's first words (PostgreSQL, Message Formats: SSLRequest)."""


@contextmanager
def door(folder: Path, server: int) -> Iterator[tuple[int, Path]]:
    """Stand before the server at a port; yield another one, and the certificate to trust there."""
    certificate, key = _certified(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def opened() -> asyncio.Server:
        return await asyncio.start_server(
            lambda reader, writer: _let_in(reader, writer, server, context), HOST, 0
        )

    try:
        listening = asyncio.run_coroutine_threadsafe(opened(), loop).result()
        yield listening.sockets[0].getsockname()[1], certificate
        loop.call_soon_threadsafe(listening.close)
    finally:
        asyncio.run_coroutine_threadsafe(_idle(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _idle() -> None:
    """End what is still going on."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _let_in(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    server: int,
    context: ssl.SSLContext,
) -> None:
    try:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(len(ASKS_FOR_TLS)) != ASKS_FOR_TLS:
                return
            writer.write(b"S")
            await writer.start_tls(context)
            there, back = await asyncio.open_connection(HOST, server)
            try:
                await asyncio.gather(_passed_on(reader, back), _passed_on(there, writer))
            finally:
                back.close()
    finally:
        writer.close()


async def _passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.close()


def _certified(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this host, which signs itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    files = folder / "door.crt", folder / "door.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(private)
    return files
