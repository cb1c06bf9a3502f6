"""The text of a key: `cak_` and base64url of its id, a secret and a checksum of both.

The checksum tells a mistyped or made-up key from one of ours before the database is asked. It
proves nothing: the secret does.
"""

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID
from zlib import crc32

from core.accounts.api_keys import constants

LENGTH = constants.ID_BYTES + constants.SECRET_BYTES + constants.CHECKSUM_BYTES


def make(key_id: UUID) -> str:
    body = key_id.bytes + secrets.token_bytes(constants.SECRET_BYTES)
    return _text(body + _checksum(body))


def digest(key: str) -> bytes:
    """Return what is kept of a key. Its secret can't be guessed, so that a fast hash will do."""
    return sha256(key.encode()).digest()


def looks_right(key: str) -> bool:
    """Tell whether a text may be a key of ours, by its form alone."""
    try:
        raw = urlsafe_b64decode(key.removeprefix(constants.PREFIX).encode("ascii") + b"==")
    except (binascii.Error, UnicodeEncodeError):
        return False
    body, checksum = raw[: -constants.CHECKSUM_BYTES], raw[-constants.CHECKSUM_BYTES :]
    return len(raw) == LENGTH and checksum == _checksum(body) and _text(raw) == key


def _checksum(body: bytes) -> bytes:
    return crc32(body).to_bytes(constants.CHECKSUM_BYTES, "big")


def _text(raw: bytes) -> str:
    return constants.PREFIX + urlsafe_b64encode(raw).rstrip(b"=").decode()
