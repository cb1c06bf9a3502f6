import secrets

from core.models import Actor
from core.ports import AuditLog, Clock, SecretBox, Transaction
from core.service import UseCase
from core.webhooks import constants, exceptions, ports, schemas, signing
from core.webhooks.models import Secrets


class RotateSecret(UseCase):
    """Sign with a new secret; the older one signs beside it for a day."""

    webhook_endpoints: ports.Endpoints
    secret_box: SecretBox
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.EndpointReference, actor: Actor) -> schemas.NewSecret:
        organization_id = actor.require(constants.WEBHOOKS_WRITE)
        new = signing.new_secret(secrets.token_bytes)
        until = self.clock.now() + constants.OLDER_SECRET_FOR
        async with self.transaction():
            found = await self.webhook_endpoints.get(organization_id, command.endpoint_id)
            if found is None:
                raise exceptions.WebhookEndpointNotFound
            known = signing.unboxed(found, self.secret_box)
            both = Secrets(current=new, older=known.current, older_until=until)
            box = signing.boxed(both, self.secret_box)
            await self.webhook_endpoints.put(found.evolve(secrets_box=box))
            await self.audit.record(
                actor, "webhook_endpoint.secret_rotated", target=("webhook_endpoint", found.id)
            )
        return schemas.NewSecret(secret=new, older_until=until)
