"""What happens to webhooks that others may want to hear of."""

from uuid import UUID

from core.models import OrganizationEvent


class EndpointDisabled(OrganizationEvent):
    """Nothing arrived there for days, or it said it is gone: nothing is sent there any more."""

    topic = "webhooks.endpoint_disabled"

    endpoint_id: UUID
    because: str


class Pinged(OrganizationEvent):
    """Somebody tries whether an endpoint hears us: only that one is told."""

    topic = "webhooks.ping"

    endpoint_id: UUID
