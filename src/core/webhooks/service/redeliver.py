from core.models import Actor
from core.ports import AuditLog, Clock, Jobs, Transaction
from core.service import UseCase
from core.webhooks import constants, exceptions, ports, schemas


class Redeliver(UseCase):
    """Send a message once more, under the id it had: its receiver may tell that it knows it."""

    deliveries: ports.Deliveries
    audit: AuditLog
    jobs: Jobs
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.DeliveryReference, actor: Actor
    ) -> schemas.DeliveryView:
        organization_id = actor.require(constants.WEBHOOKS_WRITE)
        async with self.transaction():
            found = await self.deliveries.get(organization_id, command.delivery_id)
            if found is None:
                raise exceptions.DeliveryNotFound
            again = found.evolve(
                status="pending", attempts=0, due_at=self.clock.now(), settled_at=None
            )
            await self.deliveries.settle(again)
            await self.audit.record(
                actor, "webhook_delivery.repeated", target=("webhook_delivery", found.id)
            )
            await self.jobs.defer(schemas.SendMessages(endpoint_id=found.endpoint_id))
        return schemas.DeliveryView.of(again)
