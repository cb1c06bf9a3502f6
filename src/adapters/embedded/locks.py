"""Locks the kernel lets go of when their process dies, however it dies: flock(2).

A lock belongs to an open file: two holders in one process count as two, and a child that inherits
the descriptor holds the same lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.embedded import private

EXCLUSIVE = fcntl.LOCK_EX
SHARED = fcntl.LOCK_SH
AT_ONCE = fcntl.LOCK_NB


def hold(path: Path, kind: int) -> int:
    """Take the lock, waiting unless told `AT_ONCE` (then BlockingIOError); give the descriptor."""
    descriptor = private.opened(path)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def release(descriptor: int) -> None:
    # Unlocked, not merely closed: another thread may be between fork and exec with a copy of it.
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


@contextmanager
def held(path: Path, kind: int) -> Iterator[None]:
    descriptor = hold(path, kind)
    try:
        yield
    finally:
        release(descriptor)


def is_free(path: Path) -> bool:
    """Tell whether nobody at all holds the lock; whoever asks keeps others from taking it now."""
    try:
        release(hold(path, EXCLUSIVE | AT_ONCE))
    except BlockingIOError:
        return False
    return True
