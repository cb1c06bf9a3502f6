import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple, override
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from jwt.algorithms import ECAlgorithm

from core import ports as kernel
from core.accounts import exceptions, ports
from core.accounts.config import AccountsConfig
from core.accounts.models import AccessClaims, SigningKey, SigningKeyState
from core.exceptions import Unavailable
from core.models import SessionId, UserId

ALGORITHM: Final = "ES256"
TYPE: Final = "at+jwt"
"""RFC 9068 2.1: tells an access token from every other JWT we might sign."""

REQUIRED: Final = ["iss", "aud", "sub", "exp", "iat", "sid", "client_id", "auth_time", "amr"]
RING_LIFETIME: Final = timedelta(seconds=60)
UNKNOWN_KEY_PAUSE: Final = timedelta(seconds=30)
REMEMBERED: Final = 10_000
REMEMBERED_FOR: Final = timedelta(seconds=60)


class Ring(NamedTuple):
    """The keys as they were read a moment ago."""

    signing: jwt.PyJWK | Any
    kid: str
    verifying: dict[str, Any]
    jwks: dict[str, Any]
    read_at: datetime


class AccessTokens(ports.AccessTokens):
    """Signs and checks access tokens with keys that are read again every minute.

    A token that was checked is remembered by its hash for a minute at most; whether its session
    still lives is asked of the database each time all the same.
    """

    def __init__(
        self,
        signing_keys: ports.SigningKeys,
        secret_box: kernel.SecretBox,
        clock: kernel.Clock,
        ids: kernel.Ids,
        config: AccountsConfig,
    ) -> None:
        self._signing_keys = signing_keys
        self._secret_box = secret_box
        self._clock = clock
        self._ids = ids
        self._config = config
        self._ring: Ring | None = None
        self._reading = asyncio.Lock()
        self._known: dict[bytes, tuple[AccessClaims, datetime]] = {}

    @override
    async def issue(self, claims: AccessClaims) -> str:
        ring = await self._fresh_ring()
        payload: dict[str, Any] = {
            "iss": self._config.issuer,
            "aud": self._config.audience,
            "sub": str(claims.user_id),
            "sid": str(claims.session_id),
            "client_id": claims.client_id,
            "iat": int(claims.issued_at.timestamp()),
            "exp": int(claims.expires_at.timestamp()),
            "auth_time": int(claims.authenticated_at.timestamp()),
            "amr": list(claims.amr),
            "jti": str(self._ids.new()),
        }
        if claims.impersonator_id is not None:
            payload["act"] = {"sub": str(claims.impersonator_id)}  # RFC 8693 4.1
        return jwt.encode(
            payload, ring.signing, algorithm=ALGORITHM, headers={"typ": TYPE, "kid": ring.kid}
        )

    @override
    async def verify(self, token: str) -> AccessClaims:
        now = self._clock.now()
        digest = sha256(token.encode("utf-8", "replace")).digest()
        known = self._known.get(digest)
        if known is None or now >= known[1]:
            claims = self._read(token, await self._key_of(token))
            known = claims, min(claims.expires_at, now + REMEMBERED_FOR)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[digest] = known
        if now >= known[0].expires_at:
            raise exceptions.TokenExpired
        return known[0]

    @override
    async def jwks(self) -> dict[str, Any]:
        return (await self._fresh_ring()).jwks

    def _read(self, token: str, key: Any) -> AccessClaims:
        try:
            # The clock of the port decides on exp, in `verify`.
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._config.audience,
                issuer=self._config.issuer,
                options={"require": REQUIRED, "verify_exp": False, "verify_iat": False},
            )
            return AccessClaims(
                user_id=UserId(UUID(str(claims["sub"]))),
                session_id=SessionId(UUID(str(claims["sid"]))),
                client_id=claims["client_id"],
                authenticated_at=datetime.fromtimestamp(claims["auth_time"], UTC),
                amr=claims["amr"],
                issued_at=datetime.fromtimestamp(claims["iat"], UTC),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
            raise exceptions.TokenInvalid from None

    async def _key_of(self, token: str) -> Any:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError):
            raise exceptions.TokenInvalid from None
        if str(header.get("typ", "")).lower().removeprefix("application/") != TYPE:
            raise exceptions.TokenInvalid
        kid = header.get("kid")
        ring = await self._fresh_ring()
        if kid not in ring.verifying:
            ring = await self._fresh_ring(UNKNOWN_KEY_PAUSE)
        if header.get("alg") != ALGORITHM or kid not in ring.verifying:
            raise exceptions.TokenInvalid
        return ring.verifying[kid]

    async def _fresh_ring(self, lifetime: timedelta = RING_LIFETIME) -> Ring:
        ring = self._ring
        if ring is None or self._clock.now() - ring.read_at > lifetime:
            async with self._reading:
                if self._ring is ring:
                    self._ring = self._made(await self._signing_keys.all())
                ring = self._ring
        if ring is None:
            raise Unavailable("There is no signing key yet.", retry_after=1)
        return ring

    def _made(self, keys: list[SigningKey]) -> Ring | None:
        current = next((key for key in keys if key.state == "current"), None)
        if current is None:
            return None
        return Ring(
            signing=load_der_private_key(self._secret_box.decrypt(current.private_box), None),
            kid=current.kid,
            verifying={key.kid: jwt.PyJWK(key.public_jwk, ALGORITHM).key for key in keys},
            jwks={"keys": [key.public_jwk for key in keys]},
            read_at=self._clock.now(),
        )


class KeyMaker(ports.KeyMaker):
    def __init__(self, secret_box: kernel.SecretBox) -> None:
        self._secret_box = secret_box

    @override
    def make(self, now: datetime, state: SigningKeyState) -> SigningKey:
        key = generate_private_key(SECP256R1())
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        jwk = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        kid = _thumbprint(jwk)
        return SigningKey(
            kid=kid,
            state=state,
            private_box=self._secret_box.encrypt(private),
            public_jwk=jwk | {"kid": kid, "alg": ALGORITHM, "use": "sig"},
            created_at=now,
            promoted_at=now if state == "current" else None,
        )


def _thumbprint(jwk: dict[str, Any]) -> str:
    """Name a key after itself (RFC 7638)."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    canonical = "{" + ",".join(f'"{name}":"{value}"' for name, value in members.items()) + "}"
    return jwt.utils.base64url_encode(sha256(canonical.encode()).digest()).decode()
