from collections.abc import Sequence
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Final, cast, override

from pydantic import Field

from adapters.stripe.client import API_VERSION, PAGE, Stripe, once
from adapters.stripe.told import Told
from adapters.stripe.webhooks import event_of
from core.billing import provider
from core.billing.models import Endpoint, ProviderEvent

if TYPE_CHECKING:
    from stripe.params import WebhookEndpointCreateParams

TYPES_AT_ONCE: Final = 20
"""That many types a list of events may be asked for."""


class ProviderEvents(provider.ProviderEvents):
    """Stripe lists the newest first and keeps events for 30 days."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @override
    async def since(
        self, moment: datetime, types: Sequence[str], *, limit: int
    ) -> list[ProviderEvent]:
        found: list[ProviderEvent] = []
        for some in batched(types, TYPES_AT_ONCE, strict=False):
            found.extend(await self._some(moment, some))
        return sorted(found, key=lambda one: (one.created_at, one.id))[:limit]

    async def _some(self, moment: datetime, types: Sequence[str]) -> list[ProviderEvent]:
        told = await self._stripe.all(
            "events.since",
            lambda client: client.v1.events.list_async(
                {
                    "created": {"gte": int(moment.timestamp())},
                    "types": list(types),
                    "limit": PAGE,
                }
            ),
        )
        return [event_of(one.to_dict()) for one in told]


class Endpoints(provider.Endpoints):
    """An endpoint's version never changes: another version is another endpoint."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    @property
    @override
    def api_version(self) -> str:
        return API_VERSION

    @override
    async def all(self) -> list[Endpoint]:
        found = await self._stripe.all(
            "endpoints.all",
            lambda client: client.v1.webhook_endpoints.list_async({"limit": PAGE}),
        )
        return [WebhookEndpoint.by(one).ours() for one in found]

    @override
    async def create(self, url: str, types: Sequence[str], *, key: str) -> Endpoint:
        asked = {"url": url, "enabled_events": list(types), "api_version": API_VERSION}
        made = await self._stripe.ask(
            "endpoints.create",
            lambda client: client.v1.webhook_endpoints.create_async(
                cast("WebhookEndpointCreateParams", asked), once(key)
            ),
        )
        return WebhookEndpoint.by(made).ours()

    @override
    async def delete(self, endpoint_id: str) -> None:
        await self._stripe.find(
            "endpoints.delete",
            lambda client: client.v1.webhook_endpoints.delete_async(endpoint_id),
        )


class WebhookEndpoint(Told):
    id: str
    url: str
    status: str
    api_version: str | None = None
    enabled_events: list[str] = Field(default_factory=list)
    secret: str | None = None

    def ours(self) -> Endpoint:
        return Endpoint(
            id=self.id,
            url=self.url,
            enabled=self.status == "enabled",
            api_version=self.api_version,
            types=tuple(self.enabled_events),
            secret=self.secret,
        )
