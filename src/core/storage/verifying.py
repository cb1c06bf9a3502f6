"""Whether bytes that arrived are what was declared."""

from collections.abc import Sequence
from typing import Final

from core.storage import exceptions
from core.storage.fields import essence
from core.storage.models import Bucket, Part, Stored, StoredObject
from core.storage.parts import PartPlan
from core.storage.schemas import SentPart

ALIASES: Final = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/apng": "image/png",
    "image/jpx": "image/jp2",
    "image/x-icon": "image/vnd.microsoft.icon",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-aiff": "audio/aiff",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "video/x-m4v": "video/mp4",
    "video/quicktime": "video/mp4",
    "application/x-gzip": "application/gzip",
    "application/x-zip-compressed": "application/zip",
    "application/x-pdf": "application/pdf",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-sqlite3": "application/vnd.sqlite3",
    "application/vnd.microsoft.portable-executable": "application/x-msdownload",
    "text/xml": "application/xml",
}
"""Spellings of one type, by the one that is compared."""

CONTAINERS: Final = {
    "application/zip": ("application/", "model/"),
    "application/xml": ("application/", "text/", "image/svg+xml", "model/"),
    "application/gzip": ("application/",),
    "text/html": ("application/xhtml+xml",),
    "video/mp4": ("video/", "audio/", "image/"),
    "video/webm": ("video/", "audio/"),
    "application/ogg": ("video/", "audio/", "application/"),
}
"""Types that others are made of, and which those may be: a document is a zip of its parts."""

UNSHAPED: Final = ("text/", "application/octet-stream")
"""Types that any bytes may have."""

SHAPED: Final = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/bmp",
        "image/tiff",
        "application/pdf",
        "application/zip",
        "application/gzip",
        "video/mp4",
        "video/webm",
        "audio/mpeg",
        "audio/wav",
    }
)
"""Types whose first bytes always show them: bytes that show nothing are of another type."""


def check_allowed(content_type: str, bucket: Bucket) -> None:
    """Refuse a type that the bucket does not take."""
    kind = essence(content_type)
    family = f"{kind.partition('/')[0]}/*"
    if bucket.allowed_types and not {kind, family, "*/*"} & set(bucket.allowed_types):
        raise exceptions.ContentTypeNotAllowed(
            f"The bucket takes {', '.join(bucket.allowed_types)}."
        )


def check_stored(stored: Stored, declared: StoredObject) -> None:
    """Refuse bytes of another size, or of another SHA-256 where the store tells theirs."""
    if stored.size != declared.size:
        raise exceptions.SizeMismatch(
            f"{declared.size} bytes were declared, {stored.size} arrived."
        )
    if declared.sha256 and stored.sha256 and declared.sha256 != stored.sha256:
        raise exceptions.ChecksumMismatch


def check_type(detected: str | None, declared: StoredObject, bucket: Bucket) -> None:
    """Refuse bytes that show another type than the declared one, or one that is not taken."""
    kind = _one(essence(declared.content_type))
    if detected is None:
        if kind in SHAPED:
            raise exceptions.ContentTypeMismatch(f"The bytes are not of type {kind}.")
        return
    found = _one(detected)
    made_of = CONTAINERS.get(found, ())
    if found != kind and not kind.startswith(UNSHAPED) and not kind.startswith(made_of or "\0"):
        raise exceptions.ContentTypeMismatch(f"The bytes are of type {detected}, not {kind}.")
    if kind == "application/octet-stream" and bucket.allowed_types:
        check_allowed(detected, bucket)


def _one(kind: str) -> str:
    return ALIASES.get(kind, kind)


def check_parts(plan: PartPlan, arrived: Sequence[Part], sent: Sequence[SentPart] | None) -> None:
    """Refuse to put a file together of parts that are missing, or not those that were sent."""
    by_number = {part.number: part for part in arrived}
    claimed = {part.number: part.etag.strip('"') for part in sent} if sent is not None else {}
    wrong = [
        number
        for number in range(1, plan.count + 1)
        if (part := by_number.get(number)) is None
        or part.size != plan.length(number)
        or (sent is not None and claimed.get(number) != part.etag)
    ]
    wrong += sorted((by_number.keys() | claimed.keys()) - set(range(1, plan.count + 1)))
    if wrong:
        listed = ", ".join(map(str, wrong[:20]))
        raise exceptions.PartsInvalid(f"Send these parts again: {listed}.", parts=wrong[:1000])
