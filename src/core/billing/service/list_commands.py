from core.billing import ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListCommands(UseCase):
    """See what was asked of the payment provider, the newest first, and what became of it."""

    commands: ports.Commands

    async def __call__(
        self, query: schemas.ListCommands, actor: Actor
    ) -> Page[schemas.CommandView]:
        actor.require_platform("operator", "support")
        found = await self.commands.page(query.status, **query.window())
        return query.answer(found, schemas.CommandView.of)
