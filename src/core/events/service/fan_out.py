from core.events import models, ports
from core.models import Actor
from core.ports import Jobs
from core.service import UseCase


class FanOut(UseCase):
    """Hand an event to every subscriber; whoever fails is tried again in a job of their own."""

    subscribers: ports.Subscribers
    jobs: Jobs

    async def __call__(self, command: models.FanOut, actor: Actor) -> None:
        topic, payload = command.topic, command.payload
        for subscriber in self.subscribers.of(topic):
            try:
                await self.subscribers.tell(subscriber, topic, payload, actor)
            except Exception:  # whatever it is, the others are to hear of the event
                again = models.Deliver(subscriber=subscriber, topic=topic, payload=payload)
                await self.jobs.defer(again)
