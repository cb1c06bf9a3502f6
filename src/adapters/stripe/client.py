"""The library's client: loaded at the first request, and its failures told in our words."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from core.billing import exceptions
from core.exceptions import CoreError
from core.telemetry import Tracer

if TYPE_CHECKING:
    import stripe
    from stripe._request_options import RequestOptions

API_VERSION: Final = "2026-10-28.endive"
"""The version that requests are written for, whatever version the account stands at."""

STRIPE: Final = "https://api.stripe.com"
TIMEOUT: Final = 10  # seconds; the library's own 80 would hold whoever waits for the lock behind us
RETRIES: Final = 2
PAGE: Final = 100


class Stripe:
    """Asks Stripe's API. Loading its library takes a second, which only who asks waits for."""

    def __init__(self, api_key: str, tracer: Tracer, *, base: str | None = None) -> None:
        self._api_key, self._base, self._tracer = api_key, base, tracer
        self._attributes = {"server.address": urlsplit(base or STRIPE).hostname or ""}
        self._client: stripe.StripeClient | None = None
        self._http: stripe.HTTPXClient | None = None
        self._loading = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close its connections; it may be asked again."""
        if self._http is not None:
            await self._http.close_async()  # type: ignore[no-untyped-call]
        self._client = self._http = None

    async def ask[T](
        self, operation: str, what: Callable[["stripe.StripeClient"], Awaitable[T]]
    ) -> T:
        """Ask once; raise ProviderNotFound, CardDeclined, ProviderRejected and their like."""
        client = await self._loaded()
        with self._tracer.span(f"billing.stripe.{operation}", self._attributes, "client"):
            try:
                return await what(client)
            except Exception as error:
                told = _told(error)
                if told is None:
                    raise
                raise told from error

    async def find[T](
        self, operation: str, what: Callable[["stripe.StripeClient"], Awaitable[T]]
    ) -> T | None:
        """Ask for one thing; None if there is none."""
        try:
            return await self.ask(operation, what)
        except exceptions.ProviderNotFound:
            return None

    async def all[T: "stripe.StripeObject"](
        self,
        operation: str,
        what: Callable[["stripe.StripeClient"], Awaitable["stripe.ListObject[T]"]],
        *,
        limit: int | None = None,
    ) -> list[T]:
        """Ask for a list, page after page."""

        async def read(client: "stripe.StripeClient") -> list[T]:
            pages: AsyncIterator[T] = (await what(client)).auto_paging_iter()
            found: list[T] = []
            async for one in pages:
                found.append(one)
                if len(found) == limit:
                    break
            return found

        return await self.ask(operation, read)

    async def _loaded(self) -> "stripe.StripeClient":
        async with self._loading:
            if self._client is None:
                self._client = await asyncio.to_thread(self._made)
            return self._client

    def _made(self) -> "stripe.StripeClient":
        import stripe  # noqa: PLC0415 - see the class

        self._http = stripe.HTTPXClient(timeout=TIMEOUT)
        return stripe.StripeClient(
            self._api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": self._base} if self._base else {},
            http_client=self._http,
            max_network_retries=RETRIES,
        )


def once(key: str) -> "RequestOptions":
    """Return what makes a write happen once, however often it is asked for."""
    return {"idempotency_key": key}


def _told(error: Exception) -> CoreError | None:
    """Return what an error of the library's means to us; None: it is none of the library's."""
    import stripe  # noqa: PLC0415 - it is loaded when there is an error of its

    if not isinstance(error, stripe.StripeError):
        return None
    found = {"provider_code": error.code, "param": getattr(error, "param", None)}
    details: dict[str, Any] = {name: value for name, value in found.items() if value}
    if isinstance(error, stripe.CardError):
        declined = error.error.decline_code if error.error else None
        return exceptions.CardDeclined(decline_code=declined or error.code)
    if isinstance(error, stripe.RateLimitError):
        return exceptions.ProviderUnavailable(retry_after=1)
    if isinstance(error, stripe.APIConnectionError):
        return exceptions.ProviderUnavailable()
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return exceptions.ProviderMisconfigured(**details)
    return _answered(error.http_status, error.user_message, details)


def _answered(status: int | None, message: str | None, details: dict[str, Any]) -> CoreError:
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return exceptions.ProviderFailed(**details)
    if status == HTTPStatus.NOT_FOUND:
        return exceptions.ProviderNotFound(**details)
    return exceptions.ProviderRejected(message, **details)
