import hmac
from typing import override

from pydantic import SecretStr

from core.storage import ports


class ScanSignatures(ports.ScanSignatures):
    """HMAC-SHA256 of the body under the shared secret, as `sha256=` and hex."""

    def __init__(self, secret: SecretStr | None) -> None:
        self._secret = secret

    @override
    def matches(self, body: bytes, signature: str) -> bool:
        if self._secret is None or not self._secret.get_secret_value():
            return False
        digest = hmac.digest(self._secret.get_secret_value().encode(), body, "sha256")
        return hmac.compare_digest(f"sha256={digest.hex()}".encode(), signature.encode())
