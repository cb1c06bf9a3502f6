from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import override

from adapters.memory.store import Store
from core.management.records import ports
from core.management.records.constants import HEARTBEAT
from core.management.records.notices import Board, Notice, Stretch


class RecordNotices(ports.Notices):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._board = Board()

    @override
    async def tell(self, notices: Sequence[Notice]) -> None:
        for one in notices:
            self._store.after_commit(partial(self._board.post, one))

    @override
    async def listen(self, stretch: Stretch) -> AsyncIterator[Notice | None]:
        yield None
        async for one in self._board.listen(stretch, HEARTBEAT.total_seconds()):
            yield one
