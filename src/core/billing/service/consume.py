from core.billing import constants, exceptions, ports, schemas
from core.billing.catalogue import Allowance
from core.billing.models import Usage
from core.billing.standing import BillingStanding
from core.models import Actor
from core.ports import Clock, Ids, Transaction
from core.service import UseCase


class Consume(UseCase):
    """Use up so much of what is metered, if so much is left: of many at once nobody gets too much.

    A soft allowance lets everybody past, and counts.
    """

    standing: BillingStanding
    meters: ports.Meters
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.Consume, actor: Actor) -> schemas.EntitlementView:
        organization_id = actor.require(constants.USAGE_WRITE)
        given = (await self.standing.entitlements(organization_id)).get(command.feature)
        if given is None:
            raise exceptions.FeatureNotInPlan(feature=command.feature)
        if not isinstance(given.feature, Allowance):
            raise exceptions.NotMetered
        allowance, since = given.feature, await self.standing.period(organization_id)
        usage = Usage(
            id=command.id or self.ids.new(),
            organization_id=organization_id,
            meter=allowance.meter,
            amount=command.amount,
            at=self.clock.now(),
        )
        async with self.transaction():
            await self.meters.lock(organization_id, allowance.meter)
            new = await self.meters.add(usage)
            used = await self.meters.used(organization_id, allowance.meter, since)
            if new and used > allowance.included and not allowance.soft:
                left = max(allowance.included - (used - command.amount), 0)
                raise exceptions.LimitExceeded(remaining=left)
        return schemas.EntitlementView.of(command.feature, given, used)
