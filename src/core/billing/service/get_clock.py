from core.billing import exceptions, provider, schemas
from core.models import Actor
from core.service import UseCase


class GetClock(UseCase):
    """See what time it is by a clock, and whether what happened until then is done."""

    test_clocks: provider.TestClocks

    async def __call__(self, command: schemas.ClockReference, actor: Actor) -> schemas.ClockView:
        actor.require_platform("operator", "support")
        found = await self.test_clocks.get(command.id)
        if found is None:
            raise exceptions.ProviderNotFound
        return schemas.ClockView.of(found)
