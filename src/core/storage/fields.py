"""The kinds of text that come from outside, each with what it must look like."""

import re
from base64 import b64decode, b64encode
from json import dumps
from typing import Annotated, Any, Final
from unicodedata import normalize

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from core.models import CONTROL
from core.storage import constants

_UNPRINTABLE: Final = re.compile(f"[{CONTROL}\u200e\u200f\u061c]")
_DIGEST_BYTES: Final = 32


def _named(text: str) -> str:
    """Take a name as people and browsers send it: a path's last part, on one line.

    It is never a path here, and never part of a key: it is shown, and offered when downloading.
    """
    last = re.split(r"[/\\]", normalize("NFC", text))[-1]
    name = _UNPRINTABLE.sub("", last).strip()
    if not name.strip(". "):
        raise PydanticCustomError("filename", "Name the file with at least one visible character.")
    if len(name.encode()) > constants.FILENAME_LIMIT:
        raise PydanticCustomError("filename_long", "A file name has at most 255 bytes of UTF-8.")
    return name


def _digest(value: object) -> object:
    """Read a SHA-256 as S3 writes it, in base64, or as `sha256sum` does, in hex."""
    if not isinstance(value, str):
        return value
    try:
        hexed = len(value) == 2 * _DIGEST_BYTES
        digest = bytes.fromhex(value) if hexed else b64decode(value, validate=True)
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_BYTES:
        raise PydanticCustomError("sha256", "Send the 32 bytes of a SHA-256, in base64 or hex.")
    return digest


def digest_text(digest: bytes) -> str:
    return b64encode(digest).decode()


def _encodable(metadata: dict[str, Any]) -> bool:
    """Tell whether there is no lone surrogate in it, and no number that JSON does not know."""
    try:
        dumps(metadata, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def _small(metadata: dict[str, Any]) -> dict[str, Any]:
    written = dumps(metadata)
    if len(written.encode()) > constants.METADATA_LIMIT:
        raise PydanticCustomError("metadata_large", "Metadata takes at most 16 KiB of JSON.")
    if "\\u0000" in written or not _encodable(metadata):
        raise PydanticCustomError("metadata_text", "Metadata holds text that no database keeps.")
    return metadata


_WORD: Final = r"[a-zA-Z0-9!#$&^_.+-]{1,127}"

type BucketName = Annotated[
    str, Field(pattern=r"^[a-z0-9](-?[a-z0-9]){1,62}$", examples=["documents"])
]
type Filename = Annotated[
    str, Field(min_length=1, max_length=1000, examples=["Plan 2026.pdf"]), AfterValidator(_named)
]
type ContentType = Annotated[
    str,
    Field(
        max_length=255,
        pattern=rf"^{_WORD}/{_WORD}( *; *{_WORD}=({_WORD}|\"[ !#-\[\]-~]*\"))*$",
        examples=["application/pdf"],
    ),
]
"""A media type with its parameters, RFC 9110 8.3.1; kept as it was sent, for it is signed so."""

type TypePattern = Annotated[
    str,
    Field(max_length=255, pattern=r"^[a-z0-9!#$&^_.+-]+/(\*|[a-z0-9!#$&^_.+-]+)$"),
    Field(examples=["image/*"]),
]
type Sha256 = Annotated[
    bytes,
    BeforeValidator(_digest),
    PlainSerializer(digest_text, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^([A-Za-z0-9+/]{43}=|[0-9a-fA-F]{64})$"}),
]
"""32 bytes, in base64 as S3 writes them in x-amz-checksum-sha256; hex is taken as well."""

type Size = Annotated[int, Field(ge=0, le=2**53 - 1, strict=True, examples=[48_213])]
type Metadata = Annotated[dict[str, Any], AfterValidator(_small)]


def essence(content_type: str) -> str:
    """Return a media type without parameters, in the spelling that is compared."""
    return content_type.partition(";")[0].strip().lower()
