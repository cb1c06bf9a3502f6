"""Looks into files."""

from typing import override

import filetype

from core.storage import ports
from core.storage.sniffing import markup


class ContentSniffer(ports.ContentSniffer):
    @override
    def detect(self, head: bytes) -> str | None:
        kind = filetype.guess(head)
        return str(kind.mime) if kind else markup(head)
