from core.models import Actor
from core.ports import AuditLog, Jobs, Transaction
from core.service import UseCase
from core.webhooks import constants, exceptions, policies, ports, schemas, topics
from core.webhooks.config import WebhooksConfig


class UpdateEndpoint(UseCase):
    """Change where webhooks go or what about; switched on again it gets what waited meanwhile."""

    webhook_endpoints: ports.Endpoints
    webhooks_config: WebhooksConfig
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction

    async def __call__(self, command: schemas.ChangeEndpoint, actor: Actor) -> schemas.EndpointView:
        organization_id = actor.require(constants.WEBHOOKS_WRITE)
        changes = command.changes.model_dump(exclude_none=True)
        if command.changes.url is not None:
            policies.check_url(command.changes.url, self.webhooks_config)
        topics.check(command.changes.topics or [])
        if command.changes.enabled is not None:
            because = None if command.changes.enabled else "somebody"
            changes |= {"disabled_because": because, "failing_since": None}
        async with self.transaction():
            found = await self.webhook_endpoints.get(organization_id, command.endpoint_id)
            if found is None:
                raise exceptions.WebhookEndpointNotFound
            changed = found.evolve(**changes)
            await self.webhook_endpoints.put(changed)
            await self.audit.record(
                actor, "webhook_endpoint.updated", target=("webhook_endpoint", found.id)
            )
            if changed.enabled:
                await self.jobs.defer(schemas.SendMessages(endpoint_id=found.id))
        return schemas.EndpointView.of(changed)
