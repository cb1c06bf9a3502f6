"""Bytes on their way to a store: the rules that hold whichever store it is."""

from collections.abc import AsyncIterator
from hashlib import new

from core.storage import constants, exceptions


async def at_most(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Pass on what comes; raise as soon as it is more than `size`."""
    came = 0
    async for chunk in chunks:
        came += len(chunk)
        if came > size:
            raise exceptions.ObjectTooLarge(f"{size} bytes are taken here, more came.")
        yield chunk


async def exactly(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Pass on what comes; raise as soon as it is more than `size`, or at the end if it is less."""
    came = 0
    async for chunk in at_most(chunks, size):
        came += len(chunk)
        yield chunk
    if came != size:
        raise exceptions.SizeMismatch(f"{size} bytes were declared, {came} came.")


async def batched(chunks: AsyncIterator[bytes], length: int) -> AsyncIterator[bytes]:
    """Gather what comes into pieces of one length, but for the last one."""
    held, size = list[bytes](), 0
    async for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= length:
            whole = b"".join(held)
            for start in range(0, size - size % length, length):
                yield whole[start : start + length]
            size %= length
            held = [whole[len(whole) - size :]]
    if size:
        yield b"".join(held)


async def gathered(chunks: AsyncIterator[bytes], size: int) -> bytes:
    """Return what comes in one piece; raise if it is more than `size`, or less."""
    return b"".join([chunk async for chunk in exactly(chunks, size)])


async def checked(
    chunks: AsyncIterator[bytes], algorithm: str, digest: bytes
) -> AsyncIterator[bytes]:
    """Hold what comes until all of it did, and pass it on if it has this digest."""
    held = b"".join([chunk async for chunk in at_most(chunks, constants.CHECKED_AT_ONCE)])
    if new(algorithm, held, usedforsecurity=False).digest() != digest:
        raise exceptions.ChecksumMismatch
    yield held


def check_digest(digest: bytes, declared: bytes | None) -> None:
    if declared not in {None, digest}:
        raise exceptions.ChecksumMismatch


def check_order(numbers: list[int]) -> None:
    """Refuse to make an object of no parts, or of parts that are not in their order."""
    if not numbers or numbers != sorted(set(numbers)):
        raise exceptions.PartsInvalid("Name each part once, in their order, and at least one.")
