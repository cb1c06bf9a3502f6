from core.billing import provider, schemas
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class DeleteProviderEndpoint(UseCase):
    """Have the provider send webhooks there no more."""

    endpoints: provider.Endpoints
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.EndpointReference, actor: Actor) -> None:
        actor.require_platform("operator")
        await self.endpoints.delete(command.id)
        async with self.transaction():
            await self.audit.record(actor, "billing.endpoint_deleted", endpoint_id=command.id)
