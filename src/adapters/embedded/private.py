"""Files of ours in the folder: nobody else's to read, and no trap for root who works there."""

import os
from pathlib import Path

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW


def opened(path: Path) -> int:
    """Open a file, 0600, made if missing; give its descriptor, which no child inherits.

    It belongs to the folder's owner, also when root makes it: that user comes back without root.
    A symbolic link is refused, for root may be working in a user's folder.
    """
    descriptor = os.open(path, _FLAGS, 0o600)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


def write(path: Path, text: str) -> None:
    descriptor = opened(path)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
