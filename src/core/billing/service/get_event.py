from core.billing import exceptions, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetEvent(UseCase):
    """See an event that arrived, with what it said; that is forgotten after a month."""

    inbox: ports.Inbox

    async def __call__(self, command: schemas.EventReference, actor: Actor) -> schemas.WholeEvent:
        actor.require_platform("operator", "support")
        found = await self.inbox.get(command.event_id)
        if found is None:
            raise exceptions.EventNotFound
        shown = schemas.EventView.of(found).model_dump()
        return schemas.WholeEvent(**shown, due_at=found.due_at, payload=found.event.payload)
