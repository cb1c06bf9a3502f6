"""Events as jobs: what nobody listens to costs nothing."""

from typing import override

from core import ports
from core.events.models import FanOut
from core.events.ports import Subscribers
from core.models import Event


class Events(ports.Events):
    def __init__(self, jobs: ports.Jobs, subscribers: Subscribers) -> None:
        self._jobs = jobs
        self._subscribers = subscribers

    @override
    async def publish(self, event: Event) -> None:
        if self._subscribers.of(event.topic):
            payload = event.model_dump(mode="json")
            await self._jobs.defer(FanOut(topic=event.topic, payload=payload))
