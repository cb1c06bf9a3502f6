"""How we prove to a provider's token endpoint which client we are.

The requests are Authlib's. Its clients are not used: they are made of httpx2, and warn of httpx.
"""

from datetime import datetime
from typing import Any, Final, override
from urllib.parse import quote_plus
from uuid import uuid4

import httpx
import jwt
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from core.accounts.sso import models
from core.accounts.sso.exceptions import IdpError

HEADERS: Final = {
    "accept": "application/json",
    "content-type": "application/x-www-form-urlencoded",
}
ASSERTION_LIFETIME: Final = 60
"""Seconds that the proof made of a private key is good for."""


class PrivateKey(PrivateKeyJWT):
    """Proves it with a token signed by a key of any kind (RFC 7523 2.2), and by our clock."""

    def __init__(self, pem: str, now: datetime) -> None:
        super().__init__()
        self._now = int(now.timestamp())
        self._key, self._algorithm = private_key(pem)

    @override
    def sign(self, auth: Any, token_endpoint: Any) -> str:
        claims = {
            "iss": auth.client_id,
            "sub": auth.client_id,
            "aud": token_endpoint,
            "jti": str(uuid4()),
            "iat": self._now,
            "exp": self._now + ASSERTION_LIFETIME,
        }
        return jwt.encode(claims, self._key, self._algorithm)


def token_request(
    provider: models.Provider,
    request: models.Request,
    answer: models.Answer,
    token_endpoint: str,
    now: datetime,
) -> httpx.Request:
    """Return the request that trades a code for tokens (RFC 6749 4.1.3, RFC 7636 4.5)."""
    body = prepare_token_request(
        "authorization_code",
        redirect_uri=request.redirect_uri,
        code=answer.code.get_secret_value(),
        code_verifier=request.code_verifier.get_secret_value(),
    )
    proof = _client_auth(provider, now)
    url, headers, body = proof.prepare("POST", token_endpoint, dict(HEADERS), body)
    return httpx.Request("POST", url, headers=headers, content=body)


def _client_auth(provider: models.Provider, now: datetime) -> ClientAuth:
    client_id, secret = provider.client_id, provider.client_secret.get_secret_value()
    match provider.client_authentication:
        case "client_secret_basic":
            # RFC 6749 2.3.1 has both encoded first, which Authlib leaves to its caller.
            return ClientAuth(quote_plus(client_id), quote_plus(secret), "client_secret_basic")
        case "client_secret_post":
            return ClientAuth(client_id, secret, "client_secret_post")
        case "private_key_jwt":
            return ClientAuth(client_id, secret, PrivateKey(secret, now))


def private_key(pem: str) -> tuple[Any, str]:
    """Read a client's private key; return it with the algorithm it signs by."""
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        raise IdpError("The client's private key is no PEM without a password.") from None
    match key:
        case rsa.RSAPrivateKey():
            return key, "RS256"
        case ec.EllipticCurvePrivateKey(curve=ec.SECP256R1()):
            return key, "ES256"
        case ec.EllipticCurvePrivateKey(curve=ec.SECP384R1()):
            return key, "ES384"
        case ed25519.Ed25519PrivateKey():
            return key, "EdDSA"
        case _:
            raise IdpError("The client's private key is neither RSA, P-256, P-384 nor Ed25519.")
