import asyncio
import fcntl
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.sandbox import lapse
from adapters.sandbox.state import State
from core.billing.exceptions import ProviderUnavailable
from core.ports import Clock


@dataclass(frozen=True)
class Fault:
    """What goes wrong the next time this is asked: before it happens, or right after it did."""

    operation: str
    after: bool = False
    error: type[Exception] = ProviderUnavailable


class Ledger:
    """What the sandbox knows: in memory, or in a file that several processes share.

    Whoever opens it finds it as it is now: periods that ended meanwhile have been paid for.
    """

    def __init__(self, clock: Clock, path: Path | None = None) -> None:
        self._clock = clock
        self._path = path
        self._state = State()
        self._turn = asyncio.Lock()
        self.faults: deque[Fault] = deque()

    @asynccontextmanager
    async def opened(self, operation: str) -> AsyncIterator[State]:
        """Let one in at a time; what they change is kept, unless they fail."""
        fault = self._fault(operation)
        if fault is not None and not fault.after:
            raise fault.error
        async with self._turn:
            with self._shared():
                self._state.now = self._clock.now()
                lapse.until_now(self._state)
                before = self._state.model_copy(deep=True)
                try:
                    yield self._state
                except BaseException:
                    self._state = before
                    raise
        if fault is not None:
            raise fault.error

    def _fault(self, operation: str) -> Fault | None:
        expected = self.faults and self.faults[0].operation == operation
        return self.faults.popleft() if expected else None

    @contextmanager
    def _shared(self) -> Iterator[None]:
        """Read the file, and write it in the end, while no other process does."""
        if self._path is None:
            yield
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._path.exists():
                self._state = State.model_validate_json(self._path.read_bytes())
            yield
            draft = self._path.with_suffix(".draft")
            draft.touch(mode=0o600)
            draft.write_text(self._state.model_dump_json())
            draft.replace(self._path)
