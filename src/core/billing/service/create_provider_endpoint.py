from core.billing import constants, provider, schemas
from core.models import Actor
from core.ports import AuditLog, Ids, Transaction
from core.service import UseCase


class CreateProviderEndpoint(UseCase):
    """Have the provider send webhooks somewhere, in the version that we speak; tell the secret."""

    endpoints: provider.Endpoints
    audit: AuditLog
    transaction: Transaction
    ids: Ids

    async def __call__(self, command: schemas.CreateEndpoint, actor: Actor) -> schemas.EndpointView:
        actor.require_platform("operator")
        made = await self.endpoints.create(
            command.url, sorted(constants.HANDLED), key=f"core:{self.ids.new()}:endpoint"
        )
        async with self.transaction():
            await self.audit.record(actor, "billing.endpoint_created", endpoint_id=made.id)
        return schemas.EndpointView.of(made)
