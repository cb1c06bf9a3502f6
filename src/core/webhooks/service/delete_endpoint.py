from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.webhooks import constants, exceptions, ports, schemas


class DeleteEndpoint(UseCase):
    """Send nothing there any more, and forget what was."""

    webhook_endpoints: ports.Endpoints
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.EndpointReference, actor: Actor) -> None:
        organization_id = actor.require(constants.WEBHOOKS_WRITE)
        async with self.transaction():
            if not await self.webhook_endpoints.remove(organization_id, command.endpoint_id):
                raise exceptions.WebhookEndpointNotFound
            await self.audit.record(
                *(actor, "webhook_endpoint.deleted"),
                target=("webhook_endpoint", command.endpoint_id),
            )
