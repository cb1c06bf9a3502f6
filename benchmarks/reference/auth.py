"""Tokens and passwords as the reference app does them: same algorithms, same parameters."""

import asyncio
import hashlib
import os
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from cryptography.hazmat.primitives.asymmetric import ec

LIFETIME = 600
CACHED = 10_000

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16)


class Tokens:
    """Signs and verifies ES256 access tokens.

    With `cached` a token verified once is not verified again for a minute: dearer to beat, and
    what Core API does; without, the reference is what one writes first.
    """

    def __init__(self, *, cached: bool) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._public = self._key.public_key()
        self._cached = cached
        self._seen: dict[bytes, tuple[float, UUID]] = {}

    def sign(self, user_id: UUID, session_id: UUID) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": "reference",
            "aud": "reference",
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": str(uuid4()),
            "iat": now,
            "exp": now + LIFETIME,
        }
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"typ": "at+jwt"})

    def session_of(self, token: str) -> UUID:
        """Return the session a token stands for; raise jwt.InvalidTokenError if it is not ours."""
        if not self._cached:
            return self._verify(token)[1]
        digest = hashlib.sha256(token.encode()).digest()
        until, session_id = self._seen.get(digest, (0.0, None))
        if session_id is None or until < time.time():
            expires_at, session_id = self._verify(token)
            if len(self._seen) >= CACHED:
                self._seen.clear()
            self._seen[digest] = (min(expires_at, time.time() + 60), session_id)
        return session_id

    def _verify(self, token: str) -> tuple[float, UUID]:
        claims = jwt.decode(
            token, self._public, algorithms=["ES256"], audience="reference", issuer="reference"
        )
        return claims["exp"], UUID(claims["sid"])


class Passwords:
    """Argon2id off the event loop, in one thread fewer than there are cores."""

    def __init__(self) -> None:
        cores = os.process_cpu_count() or 1
        self._pool = ThreadPoolExecutor(max(1, cores - 1), thread_name_prefix="argon2")
        self._dummy = HASHER.hash(secrets.token_urlsafe())

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Compare; without a hash take just as long and say no."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._compare, password, password_hash)

    def _compare(self, password: str, password_hash: str | None) -> bool:
        try:
            HASHER.verify(password_hash or self._dummy, password)
        except VerifyMismatchError:
            return False
        return password_hash is not None
