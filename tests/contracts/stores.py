"""What the contracts of bytes share: a store, keys for it, and bytes that come in pieces."""

from collections.abc import AsyncIterator
from hashlib import sha256
from random import Random
from typing import NamedTuple

from core.models import OrganizationId
from core.storage import ports
from core.storage.models import ObjectId, StoreCapabilities, Stored, key
from tests import factories

MIB = 1024 * 1024
LARGE = 17 * MIB + 3
"""More than any store takes in one piece here."""


class Store(NamedTuple):
    reader: ports.ObjectReader
    writer: ports.ObjectWriter
    multipart: ports.MultipartUploads
    capabilities: StoreCapabilities


def new_key() -> str:
    return key(OrganizationId(factories.new_id()), ObjectId(factories.new_id()))


def some_bytes(size: int, seed: int = 0) -> bytes:
    return Random(seed).randbytes(size)  # noqa: S311 - nothing secret


def digest(data: bytes) -> bytes:
    return sha256(data).digest()


async def pieces(data: bytes, size: int = 60_001) -> AsyncIterator[bytes]:
    """Yield bytes as a network hands them over, an empty piece among them."""
    yield b""
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def put(store: Store, key: str, data: bytes) -> Stored:
    return await store.writer.put(
        key, pieces(data), size=len(data), content_type="application/octet-stream"
    )


async def whole(store: Store, key: str) -> bytes:
    return b"".join([piece async for piece in store.reader.stream(key)])
