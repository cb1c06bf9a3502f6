import secrets

from core.models import Actor
from core.ports import AuditLog, Clock, Ids, SecretBox, Transaction
from core.service import UseCase
from core.webhooks import constants, policies, ports, schemas, signing, topics
from core.webhooks.config import WebhooksConfig
from core.webhooks.models import Endpoint, EndpointId, Secrets


class CreateEndpoint(UseCase):
    """Have what happens in the organization told to an address; the secret is shown this once."""

    webhook_endpoints: ports.Endpoints
    webhooks_config: WebhooksConfig
    secret_box: SecretBox
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.CreateEndpoint, actor: Actor) -> schemas.NewEndpoint:
        organization_id = actor.require(constants.WEBHOOKS_WRITE)
        policies.check_url(command.url, self.webhooks_config)
        topics.check(command.topics)
        secret = signing.new_secret(secrets.token_bytes)
        endpoint = Endpoint(
            id=EndpointId(self.ids.new()),
            organization_id=organization_id,
            url=command.url,
            description=command.description,
            topics=tuple(command.topics),
            secrets_box=signing.boxed(Secrets(current=secret), self.secret_box),
            created_at=self.clock.now(),
        )
        async with self.transaction():
            await self.webhook_endpoints.add(endpoint, most=constants.ENDPOINTS)
            await self.audit.record(
                actor, "webhook_endpoint.created", target=("webhook_endpoint", endpoint.id)
            )
        return schemas.NewEndpoint(**schemas.EndpointView.of(endpoint).model_dump(), secret=secret)
