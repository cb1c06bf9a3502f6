from collections.abc import Mapping
from typing import Any, Final

import jwt
from jwt import PyJWK, PyJWTError

from adapters.oidc.directory import Jwk, Kept
from core.accounts.sso.exceptions import IdTokenRefused

ALGORITHMS: Final[Mapping[str, tuple[str, str | None]]] = {
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "EdDSA": ("OKP", "Ed25519"),
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
}
"""How an ID token may be signed, and by which keys. Never with a secret, never not at all."""


def fits(jwk: Jwk, algorithm: str) -> bool:
    """Whether a provider means the key for signatures of this algorithm (RFC 7517 4)."""
    kty, curve = ALGORITHMS[algorithm]
    uses = jwk.get("key_ops", ["verify"])
    return (
        (jwk.get("kty"), jwk.get("crv")) == (kty, curve)
        and jwk.get("alg", algorithm) == algorithm
        and jwk.get("use", "sig") == "sig"
        and isinstance(uses, list)
        and "verify" in uses
        and "d" not in jwk  # who publishes a private key is not the only one who has it
    )


async def key_of(token: str, keys: Kept[list[Jwk]]) -> PyJWK:
    """Find the key that signed a token; look for it anew, now and then, if it is not known."""
    try:
        header = jwt.get_unverified_header(token)
    except (PyJWTError, ValueError):
        raise IdTokenRefused("The ID token is no signed JWT.") from None
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise IdTokenRefused(f"The ID token is signed by {algorithm!s:.20}, which is not accepted.")
    found = _fitting(await keys.get(), algorithm, kid) or _fitting(
        await keys.again(), algorithm, kid
    )
    if not found:
        raise IdTokenRefused("The ID token is signed by a key the provider does not publish.")
    if len(found) > 1:  # OpenID Connect Core 10.1: then `kid` must tell them apart
        raise IdTokenRefused("The ID token does not tell which of the provider's keys signed it.")
    try:
        return PyJWK(dict(found[0]), algorithm)
    except (PyJWTError, ValueError, TypeError):
        raise IdTokenRefused("The provider's key can't be read.") from None


def _fitting(keys: list[Jwk], algorithm: str, kid: Any) -> list[Jwk]:
    return [jwk for jwk in keys if fits(jwk, algorithm) and (kid is None or jwk.get("kid") == kid)]
