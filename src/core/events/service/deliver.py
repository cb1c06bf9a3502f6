from core.events import models, ports
from core.models import Actor
from core.service import UseCase


class Deliver(UseCase):
    """Hand an event to one subscriber."""

    subscribers: ports.Subscribers

    async def __call__(self, command: models.Deliver, actor: Actor) -> None:
        await self.subscribers.tell(command.subscriber, command.topic, command.payload, actor)
