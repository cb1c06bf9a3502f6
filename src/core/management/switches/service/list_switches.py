from core.management.switches import policies, ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListSwitches(UseCase):
    """See how the switches stand: for operators."""

    switches: ports.Switches

    async def __call__(self, command: None, actor: Actor) -> Page[schemas.SwitchView]:
        actor.require_platform("operator", "support")
        standing = policies.standing(await self.switches.all())
        return Page(items=[schemas.SwitchView.of(one) for one in standing.values()])
