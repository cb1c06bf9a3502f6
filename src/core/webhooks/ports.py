"""What outgoing webhooks lean on."""

from datetime import datetime
from typing import Protocol, Unpack

from core.listing import Found, Window
from core.models import OrganizationId
from core.webhooks.models import Delivery, DeliveryId, Endpoint, EndpointId, Message


class Endpoints(Protocol):
    async def add(self, endpoint: Endpoint, *, most: int) -> None:
        """Keep a new one; raise TooManyEndpoints if there are `most` already."""

    async def get(
        self, organization_id: OrganizationId, endpoint_id: EndpointId
    ) -> Endpoint | None: ...

    async def page(
        self, organization_id: OrganizationId, **window: Unpack[Window]
    ) -> Found[Endpoint]:
        """Return endpoints, the newest first."""

    async def put(self, endpoint: Endpoint) -> None:
        """Write what is known of one that is there."""

    async def judge(self, endpoint: Endpoint) -> None:
        """Write what is thought of one after a try, and nothing else of it."""

    async def remove(self, organization_id: OrganizationId, endpoint_id: EndpointId) -> bool:
        """Forget one with all that was sent there; tell whether there was one."""

    async def listening(self, organization_id: OrganizationId, topic: str) -> list[Endpoint]:
        """Return who wants to hear of a topic and is not switched off."""


class Deliveries(Protocol):
    async def add(self, delivery: Delivery) -> bool:
        """Keep a message for an endpoint; False if it was told before."""

    async def get(
        self, organization_id: OrganizationId, delivery_id: DeliveryId
    ) -> Delivery | None: ...

    async def page(
        self,
        organization_id: OrganizationId,
        endpoint_id: EndpointId,
        **window: Unpack[Window],
    ) -> Found[Delivery]:
        """Return what was sent to an endpoint, the newest first."""

    async def first(self, endpoint: Endpoint) -> Delivery | None:
        """Return the oldest message that did not arrive yet: others wait behind it."""

    async def settle(self, delivery: Delivery) -> None:
        """Store what became of a try."""

    async def purge(self, before: datetime) -> int:
        """Forget messages that were made before then."""


class Leases(Protocol):
    """One at a time sends to an endpoint, so that messages arrive in their order."""

    async def take(
        self, endpoint_id: EndpointId, now: datetime, until: datetime
    ) -> Endpoint | None:
        """Take an endpoint for oneself until then; None if it is another's, gone or off."""

    async def release(self, endpoint_id: EndpointId) -> None: ...

    async def due(self, now: datetime, *, limit: int) -> list[EndpointId]:
        """Return endpoints whose first message is due, and that nobody sends to."""


class Sender(Protocol):
    async def send(self, message: Message) -> int:
        """Return the status that came back; raise DeliveryFailed if none did."""
