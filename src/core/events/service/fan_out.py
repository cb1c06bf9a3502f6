from core.events import models, ports
from core.models import Actor
from core.ports import Jobs, Transaction
from core.service import UseCase


class FanOut(UseCase):
    """Make one job a subscriber, so that none waits for another or fails with it."""

    subscribers: ports.Subscribers
    jobs: Jobs
    transaction: Transaction

    async def __call__(self, command: models.FanOut, _: Actor) -> None:
        async with self.transaction():
            for subscriber in self.subscribers.of(command.topic):
                await self.jobs.defer(
                    models.Deliver(
                        subscriber=subscriber, topic=command.topic, payload=command.payload
                    )
                )
