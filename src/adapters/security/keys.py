from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SecretKeys:
    """The installation's secrets, newest first, and keys derived from them for one purpose each."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        if not secrets:
            raise ValueError("There must be a secret key.")
        self._secrets = secrets
        self._derived = lru_cache(maxsize=256)(self._derive)

    def derived(self, purpose: str) -> dict[bytes, bytes]:
        """Return 32-byte keys by their ids, newest first (HKDF-SHA256, RFC 5869)."""
        return self._derived(purpose)

    def _derive(self, purpose: str) -> dict[bytes, bytes]:
        return {
            sha256(f"core-api key id {secret}".encode()).digest()[:4]: HKDF(
                algorithm=SHA256(), length=32, salt=None, info=f"core-api/{purpose}".encode()
            ).derive(secret.encode())
            for secret in self._secrets
        }
