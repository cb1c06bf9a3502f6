import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, override

from adapters.security.keys import SecretKeys
from core import ports

_VERSION: Final = b"\x01"
_KEY_ID: Final = 4
_MAC: Final = 32
_CODE_DIGITS: Final = 6


class Seals(ports.Seals):
    def __init__(self, keys: SecretKeys) -> None:
        self._keys = keys

    @override
    def seal(self, purpose: str, payload: bytes) -> str:
        key_id, key = next(iter(self._keys.derived(purpose).items()))
        sealed = _VERSION + key_id + payload
        return _text(sealed + hmac.digest(key, sealed, "sha256"))

    @override
    def unseal(self, purpose: str, token: str) -> bytes | None:
        try:
            raw = urlsafe_b64decode(token.encode("ascii") + b"==")
        except (binascii.Error, UnicodeEncodeError):
            return None
        if _text(raw) != token:  # a payload is written in one way, or it is not ours
            return None
        sealed, mac = raw[:-_MAC], raw[-_MAC:]
        key = self._keys.derived(purpose).get(sealed[1 : 1 + _KEY_ID])
        if key is None or not sealed.startswith(_VERSION):
            return None
        if not hmac.compare_digest(hmac.digest(key, sealed, "sha256"), mac):
            return None
        return sealed[1 + _KEY_ID :]

    @override
    def fingerprint(self, purpose: str, value: str) -> str:
        key = next(iter(self._keys.derived(f"fingerprint/{purpose}").values()))
        return hmac.digest(key, value.encode(), "sha256").hex()[:32]

    @override
    def code(self, purpose: str, payload: bytes) -> str:
        return self._codes(purpose, payload)[0]

    @override
    def matches_code(self, purpose: str, payload: bytes, code: str) -> bool:
        given = code.encode("utf-8", "replace")
        matches = [
            hmac.compare_digest(one.encode(), given) for one in self._codes(purpose, payload)
        ]
        return any(matches)

    def _codes(self, purpose: str, payload: bytes) -> list[str]:
        """Return the code under each key, newest first. A token's key makes no codes."""
        keys = self._keys.derived(f"code/{purpose}").values()
        digests = (hmac.digest(key, payload, "sha256") for key in keys)
        return [
            f"{int.from_bytes(digest) % 10**_CODE_DIGITS:0{_CODE_DIGITS}}" for digest in digests
        ]


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
