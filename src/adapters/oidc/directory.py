import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import httpx
from pydantic import ValidationError

from adapters.oidc import urls
from adapters.oidc.asking import document_at, short
from core.accounts.sso.exceptions import IdpError
from core.models import Model
from core.ports import Clock

LIFETIME: Final = timedelta(hours=1)
UNKNOWN_KEY_PAUSE: Final = timedelta(seconds=30)
PROVIDERS: Final = 500
"""How many are remembered: of more, those that were asked for longest ago are forgotten."""

type Jwk = Mapping[str, Any]


class Metadata(Model, extra="ignore"):
    """What we need of a discovery document (OpenID Connect Discovery 3, RFC 9207 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False
    id_token_signing_alg_values_supported: tuple[str, ...] | None = None


class Kept[T]:
    """Something that is read when it is needed, by one for all who wait, and kept for an hour."""

    def __init__(self, read: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._value: tuple[T, datetime] | None = None
        self._tried_at: datetime | None = None
        self._reading: asyncio.Future[T] | None = None

    async def get(self) -> T:
        if self._value is not None and self._clock.now() - self._value[1] <= LIFETIME:
            return self._value[0]
        return await self._fresh()

    async def again(self) -> T:
        """Read once more, unless that was tried a moment ago."""
        tried = self._tried_at
        pausing = tried is not None and self._clock.now() - tried <= UNKNOWN_KEY_PAUSE
        return await self.get() if pausing and self._reading is None else await self._fresh()

    async def _fresh(self) -> T:
        if self._reading is None:
            self._tried_at = self._clock.now()
            self._reading = asyncio.ensure_future(self._kept())
            self._reading.add_done_callback(self._finish)
        return await asyncio.shield(self._reading)

    async def _kept(self) -> T:
        value = await self._read()
        self._value = value, self._clock.now()
        return value

    def _finish(self, done: asyncio.Future[T]) -> None:
        self._reading = None
        if not done.cancelled():
            done.exception()  # whoever waited has it; perhaps nobody waits any more


class Entry:
    """What is known of one provider."""

    def __init__(
        self, issuer: str, transport: httpx.AsyncBaseTransport, clock: Clock, *, loopback: bool
    ) -> None:
        self._transport = transport
        discovered = partial(discover, transport, issuer, loopback=loopback)
        self.metadata = Kept[Metadata](discovered, clock)
        self.keys = Kept[list[Jwk]](self._published_keys, clock)

    async def _published_keys(self) -> list[Jwk]:
        uri = (await self.metadata.get()).jwks_uri
        keys = (await document_at(self._transport, uri)).get("keys")
        if not isinstance(keys, list):
            raise IdpError(f"{uri} answers something else than a set of keys.")
        return [key for key in keys if isinstance(key, dict)]


class Directory:
    """What providers publish about themselves: where their endpoints are, and their keys."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport, clock: Clock, *, loopback: bool
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._loopback = loopback
        self._entries = OrderedDict[str, Entry]()

    def of(self, issuer: str) -> Entry:
        entry = self._entries.get(issuer) or self.forgotten(issuer)
        self._entries.move_to_end(issuer)
        return entry

    def forgotten(self, issuer: str) -> Entry:
        """Begin anew with a provider: nothing that was read of it counts any more."""
        entry = Entry(issuer, self._transport, self._clock, loopback=self._loopback)
        self._entries[issuer] = entry
        if len(self._entries) > PROVIDERS:
            self._entries.popitem(last=False)
        return entry


async def discover(transport: httpx.AsyncBaseTransport, issuer: str, *, loopback: bool) -> Metadata:
    """Read a provider's discovery document (OpenID Connect Discovery 4)."""
    if not urls.is_safe(issuer, loopback=loopback, query=False):
        raise IdpError(
            f"The issuer {short(issuer)!r} is no https:// URL without query and fragment."
        )
    url = issuer.removesuffix("/") + "/.well-known/openid-configuration"
    try:
        found = Metadata.model_validate(await document_at(transport, url))
    except ValidationError as error:
        members = ", ".join(sorted({str(wrong["loc"][0]) for wrong in error.errors()}))
        raise IdpError(f"{url} lacks, or does not say as it must: {members}.") from None
    if found.issuer != issuer:  # 4.3: exactly, to the last slash
        raise IdpError(f"{url} names the issuer {short(found.issuer)!r}, not {issuer!r}.")
    for member in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        endpoint = getattr(found, member)
        if endpoint is not None and not urls.is_safe(endpoint, loopback=loopback):
            raise IdpError(
                f"{url} names as {member} {short(endpoint)!r}, which is no https:// URL."
            )
    return found
