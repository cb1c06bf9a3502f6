"""Looks into files."""

from typing import Final, override

import filetype

from core.storage import ports
from core.storage.sniffing import markup

NAMES: Final = {
    "image/apng": "image/png",  # one whose pictures move
    "audio/ogg": "application/ogg",  # sound or pictures: the first bytes don't tell
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-aiff": "audio/aiff",
    "image/jpx": "image/jp2",
    "image/x-icon": "image/vnd.microsoft.icon",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-sqlite3": "application/vnd.sqlite3",
}
"""What the library calls them, and what they are called elsewhere."""

FONTS: Final = {"otf": "font/otf", "ttf": "font/ttf", "woff": "font/woff", "woff2": "font/woff2"}


class ContentSniffer(ports.ContentSniffer):
    """First for what a browser would run, since that is what does harm, then for all else."""

    @override
    def detect(self, head: bytes) -> str | None:
        if found := markup(head):
            return found
        kind = filetype.guess(head)
        if kind is None:
            return None
        return FONTS.get(kind.extension) or NAMES.get(kind.mime, str(kind.mime))
