"""What was read a moment ago, and is good for a moment more."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from core.exceptions import Unavailable
from core.ports import Clock


class Remembered[T]:
    """Reads once in a while, however many ask; whoever asks meanwhile is told what was last read.

    While it can't be read, what was last read stays true.
    """

    def __init__(self, read: Callable[[], Awaitable[T]], clock: Clock, good_for: timedelta) -> None:
        self._read = read
        self._clock = clock
        self._good_for = good_for
        self._until: datetime | None = None
        self._known: tuple[T] | None = None

    async def __call__(self) -> T:
        now = self._clock.now()
        if self._known is not None and self._until is not None and now < self._until:
            return self._known[0]
        self._until = now + self._good_for  # nobody else reads meanwhile
        try:
            self._known = (await self._read(),)
        except Unavailable:
            if self._known is None:
                raise
        except BaseException:
            self._until = None
            raise
        return self._known[0]

    def forget(self) -> None:
        self._until = None
