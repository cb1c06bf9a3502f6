"""What an ID token must be like to be believed: OpenID Connect Core 3.1.3.7."""

import hashlib
import math
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any, Final

import jwt
from jwt import PyJWK, PyJWTError

from core.accounts.sso import models
from core.accounts.sso.exceptions import IdTokenRefused

SKEW: Final = 60.0
"""Seconds by which a provider's clock may differ from ours."""

SUBJECT: Final = 255
"""Characters of a subject at most (OpenID Connect Core 2)."""

HASHES: Final = {
    "ES256": hashlib.sha256,
    "RS256": hashlib.sha256,
    "PS256": hashlib.sha256,
    "ES384": hashlib.sha384,
    "EdDSA": hashlib.sha512,
}


def opened(token: str, key: PyJWK) -> dict[str, Any]:
    """Check the signature; return the claims, which nobody has looked at yet."""
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            options={
                "verify_signature": True,
                "enforce_minimum_key_length": True,
                "verify_aud": False,
                "verify_iss": False,
                "verify_sub": False,
                "verify_jti": False,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except (PyJWTError, ValueError, TypeError, RecursionError):
        raise IdTokenRefused("The signature of the ID token does not hold.") from None


def check(
    claims: dict[str, Any], provider: models.Provider, request: models.Request, now: datetime
) -> None:
    """Refuse claims that are not about this sign-in, at this client, now."""
    if claims.get("iss") != provider.issuer:
        raise IdTokenRefused("The ID token is another issuer's (iss).")
    _check_audience(claims, provider.client_id)
    _check_times(claims, now.timestamp())
    if not same(claims.get("nonce"), request.nonce.get_secret_value()):
        raise IdTokenRefused("The ID token belongs to another sign-in (nonce).")
    subject = text(claims.get("sub"))
    if not subject or len(subject) > SUBJECT:
        raise IdTokenRefused("The ID token does not say whom it is about (sub).")


def check_access_token(claims: dict[str, Any], access_token: str | None, key: PyJWK) -> None:
    """Refuse an access token that came with another ID token (3.1.3.8)."""
    if "at_hash" not in claims:
        return
    digest = HASHES[key.algorithm_name]((access_token or "").encode()).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if access_token is None or not same(claims["at_hash"], half):
        raise IdTokenRefused("The ID token belongs to another access token (at_hash).")


def _check_audience(claims: dict[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    clients = audience if isinstance(audience, list) else [audience]
    if client_id not in clients:
        raise IdTokenRefused("The ID token is meant for another client (aud).")
    if (len(clients) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise IdTokenRefused("The ID token was issued to another client (azp).")


def _check_times(claims: dict[str, Any], now: float) -> None:
    expires, issued = seconds(claims.get("exp")), seconds(claims.get("iat"))
    if expires is None or issued is None:
        raise IdTokenRefused("The ID token does not say when it was issued and ends (iat, exp).")
    if expires <= now - SKEW:
        raise IdTokenRefused("The ID token has expired (exp).")
    if issued > now + SKEW or (seconds(claims.get("nbf")) or 0) > now + SKEW:
        raise IdTokenRefused("The ID token is from the future (iat, nbf): check the clocks.")


def seconds(value: object) -> float | None:
    """Read a moment; some providers write it as a float, or as a string of digits."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value[:20])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def moment(value: object, now: datetime) -> datetime | None:
    """Return when somebody proved who they are; nobody did so later than now."""
    at = seconds(value)
    try:
        return None if at is None else min(datetime.fromtimestamp(at, UTC), now)
    except (ValueError, OverflowError, OSError):
        return None


def text(value: object) -> str | None:
    """Return a claim that is a text which can be kept: of characters, without NUL."""
    if not isinstance(value, str) or not value or "\0" in value:
        return None
    return value if value.encode("utf-8", "replace").decode() == value else None


def same(said: object, ours: str) -> bool:
    """Compare in constant time what may be anything."""
    return isinstance(said, str) and compare_digest(said.encode("utf-8", "replace"), ours.encode())
