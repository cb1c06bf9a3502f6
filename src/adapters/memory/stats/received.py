from datetime import datetime, timedelta

from adapters.memory.store import Store
from core.models import Model
from core.ports import Clock

TICK = timedelta(microseconds=1)


class Latest(Model):
    """When something was taken last."""

    at: datetime


class Received:
    """A clock that never says the same twice: what came before has an earlier time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = store.table(Latest)
        self._clock = clock

    def now(self) -> datetime:
        now, latest = self._clock.now(), self._rows.get("latest")
        at = now if latest is None else max(now, latest.at + TICK)
        self._rows["latest"] = Latest(at=at)
        return at
