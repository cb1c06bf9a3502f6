"""Passwords, seals, keys and tokens: thin ports' sides of libraries that do the cryptography."""

from adapters.security.argon2 import Argon2Hasher
from adapters.security.common_passwords import CommonPasswords
from adapters.security.grants import GrantSigner
from adapters.security.jwt import AccessTokens, KeyMaker
from adapters.security.keys import SecretKeys
from adapters.security.scan_signatures import ScanSignatures
from adapters.security.seals import Seals
from adapters.security.secret_box import SecretBox
from adapters.security.totp import Totp
from adapters.security.webauthn import WebAuthn

__all__ = (
    "AccessTokens",
    "Argon2Hasher",
    "CommonPasswords",
    "GrantSigner",
    "KeyMaker",
    "ScanSignatures",
    "Seals",
    "SecretBox",
    "SecretKeys",
    "Totp",
    "WebAuthn",
)
