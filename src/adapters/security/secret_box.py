from base64 import urlsafe_b64encode
from typing import override

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from adapters.security.keys import SecretKeys
from core import ports


class SecretBox(ports.SecretBox):
    """Fernet (AES-128-CBC and HMAC-SHA256) under derived keys; the newest encrypts."""

    def __init__(self, keys: SecretKeys) -> None:
        derived = keys.derived("secret-box").values()
        self._fernet = MultiFernet([Fernet(urlsafe_b64encode(key)) for key in derived])

    @override
    def encrypt(self, secret: bytes) -> bytes:
        return self._fernet.encrypt(secret)

    @override
    def decrypt(self, box: bytes) -> bytes:
        try:
            return self._fernet.decrypt(box)
        except InvalidToken:
            raise ValueError("None of the SECRET_KEYS decrypts this.") from None

    @override
    def renew(self, box: bytes) -> bytes:
        try:
            return self._fernet.rotate(box)
        except InvalidToken:
            raise ValueError("None of the SECRET_KEYS decrypts this.") from None
