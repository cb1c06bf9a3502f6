"""How bytes that strangers sent are handed out, whichever store they lie in."""

from collections.abc import AsyncIterator, Callable
from typing import Final, Literal
from urllib.parse import quote

from core.models import Model
from core.storage.fields import essence
from core.storage.models import Content, StoredObject

type Stream = Callable[[str, int, int], AsyncIterator[bytes]]
type Disposition = Literal["inline", "attachment"]

INLINE: Final = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "application/pdf",
        "video/mp4",
        "video/webm",
        "audio/mpeg",
        "text/plain",
    }
)
"""What a browser shows without running anything of it. All else is offered as a download."""

OPAQUE: Final = "application/octet-stream"
PLAIN: Final = "text/plain; charset=utf-8"


class Presentation(Model):
    content_type: str
    content_disposition: str


def content(stored: StoredObject, stream: Stream) -> Content:
    """Describe an available file as it is handed out."""
    shown = present(stored.content_type, stored.detected_type, stored.filename)
    return Content(
        size=stored.size,
        etag=stored.etag or stored.id.hex,
        content_type=shown.content_type,
        content_disposition=shown.content_disposition,
        stream=lambda start, stop: stream(stored.key, start, stop),
    )


def present(
    content_type: str,
    detected_type: str | None,
    filename: str,
    wanted: Disposition | None = None,
) -> Presentation:
    """Decide as what a file is sent.

    It is shown only if what was declared and what was found in it are both harmless. What could
    run in a browser keeps no type it would run under.
    """
    declared = essence(content_type)
    harmless = declared in INLINE and (detected_type in INLINE or detected_type is None)
    shown: Disposition = "inline" if harmless and wanted != "attachment" else "attachment"
    sent = PLAIN if declared == "text/plain" else declared
    return Presentation(
        content_type=sent if harmless else OPAQUE,
        content_disposition=disposition(shown, filename),
    )


def disposition(kind: Disposition, filename: str) -> str:
    """Write a Content-Disposition header (RFC 6266), with a plain name for clients of old."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_"
        for letter in filename
    )
    exact = "" if plain == filename else f"; filename*=UTF-8''{quote(filename, safe='')}"
    return f'{kind}; filename="{plain}"{exact}'
