"""Signed addresses for stores that have none of their own."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, override

import jwt

from adapters.security.keys import SecretKeys
from core import ports as kernel
from core.storage import exceptions, ports
from core.storage.constants import DOWNLOAD_URL_LONGEST
from core.storage.fields import digest_text
from core.storage.models import Grant, SignedRequest

PURPOSE: Final = "storage/grants"
ALGORITHM: Final = "HS256"
ACTIONS: Final = ("put", "part", "get")


class GrantSigner(ports.UrlSigner, ports.Grants):
    """What is allowed stands in the address itself, as a JWT under a key from SECRET_KEYS."""

    def __init__(self, keys: SecretKeys, clock: kernel.Clock, public_url: str) -> None:
        self._keys = {key_id.hex(): key for key_id, key in keys.derived(PURPOSE).items()}
        self._clock = clock
        self._address = f"{public_url}/v1/storage/disk"

    @override
    def put(
        self,
        key: str,
        *,
        size: int,
        content_type: str,
        sha256: bytes | None,
        lifetime: timedelta,
    ) -> SignedRequest:
        grant = Grant(action="put", key=key, size=size, content_type=content_type, sha256=sha256)
        headers = {"Content-Type": content_type, "If-None-Match": "*"}
        if sha256 is not None:
            headers["x-amz-checksum-sha256"] = digest_text(sha256)
        return self._signed("PUT", grant, lifetime, headers)

    @override
    def part(
        self, key: str, upload_id: str, number: int, *, size: int, lifetime: timedelta
    ) -> SignedRequest:
        grant = Grant(action="part", key=key, size=size, upload_id=upload_id, number=number)
        return self._signed("PUT", grant, lifetime, {})

    @override
    def get(
        self, key: str, *, content_type: str, content_disposition: str, lifetime: timedelta
    ) -> SignedRequest:
        grant = Grant(
            action="get", key=key, content_type=content_type, disposition=content_disposition
        )
        return self._signed("GET", grant, lifetime, {})

    @override
    def open(self, token: str) -> Grant:
        try:
            grant, ends = self._read(token)
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError):
            raise exceptions.SignatureRefused from None
        if ends <= self._clock.now().timestamp():
            raise exceptions.SignatureRefused("This address ran out: ask for a new one.")
        return grant

    def _read(self, token: str) -> tuple[Grant, int]:
        claims: dict[str, Any] = jwt.decode(
            token,
            self._keys[jwt.get_unverified_header(token)["kid"]],
            algorithms=[ALGORITHM],
            audience=ACTIONS,
            options={"verify_exp": False, "require": ["aud", "exp", "key"]},
        )
        action, ends, digest = claims.pop("aud"), int(claims.pop("exp")), claims.pop("sha256", None)
        sha256 = None if digest is None else b64decode(digest, validate=True)
        return Grant(action=action, sha256=sha256, **claims), ends

    def _signed(
        self,
        method: Literal["PUT", "GET"],
        grant: Grant,
        lifetime: timedelta,
        headers: dict[str, str],
    ) -> SignedRequest:
        expires = int((self._clock.now() + min(lifetime, DOWNLOAD_URL_LONGEST)).timestamp())
        claims = grant.model_dump(exclude_none=True, exclude={"action", "sha256"})
        claims |= {"aud": grant.action, "exp": expires}
        if grant.sha256 is not None:
            claims["sha256"] = digest_text(grant.sha256)
        key_id, key = next(iter(self._keys.items()))
        token = jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": key_id})
        return SignedRequest(
            method=method,
            url=f"{self._address}/{token}",
            headers=headers,
            expires_at=datetime.fromtimestamp(expires, UTC),
        )
