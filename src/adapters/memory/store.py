import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, cast, override

from core import ports
from core.audit import AuditEvent
from core.models import Model

KEPT = frozenset({AuditEvent})
"""What outlives the organization that it tells of."""


class Store:
    """Tables of frozen models; rolling back is putting the old dictionaries back.

    One transaction at a time, so that rolling one task back never takes away what another wrote:
    whoever writes outside of one waits for it as well.
    """

    def __init__(self) -> None:
        self._tables: defaultdict[type[Model], dict[Hashable, Model]] = defaultdict(dict)
        self._turn = asyncio.Lock()
        self._owner: ContextVar[asyncio.Task[Any] | None] = ContextVar("owner", default=None)
        self._after_commit: list[Callable[[], None]] = []

    def table[M: Model](self, model: type[M]) -> dict[Any, M]:
        return cast("dict[Any, M]", self._tables[model])

    def cascade(self, field: str, value: object) -> None:
        """Remove every row that refers to what is gone, as foreign keys would."""
        for model, rows in self._tables.items():
            if field in model.model_fields and model not in KEPT:
                for key in [key for key, row in rows.items() if getattr(row, field) == value]:
                    del rows[key]

    @property
    def in_transaction(self) -> bool:
        return self._owner.get() is asyncio.current_task() is not None

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this once the open transaction commits, or at once when none is open."""
        if self.in_transaction:
            self._after_commit.append(call)
        else:
            call()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Wait until nobody else's transaction is open."""
        if self.in_transaction:
            yield
        else:
            async with self._turn:
                yield

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        if self.in_transaction:
            async with self._undone_on_error():
                yield
            return
        async with self._turn:
            token = self._owner.set(asyncio.current_task())
            try:
                async with self._undone_on_error():
                    yield
                calls, self._after_commit = self._after_commit, []
            finally:
                self._owner.reset(token)
                self._after_commit = []
        for call in calls:
            call()

    @asynccontextmanager
    async def _undone_on_error(self) -> AsyncIterator[None]:
        before = {model: dict(rows) for model, rows in self._tables.items()}
        calls = list(self._after_commit)
        try:
            yield
        except BaseException:
            for model, rows in self._tables.items():
                rows.clear()
                rows.update(before.get(model, {}))
            self._after_commit = calls
            raise


class Transaction(ports.Transaction):
    def __init__(self, store: Store) -> None:
        self._store = store

    @override
    def __call__(self, *, joined: bool = False) -> AbstractAsyncContextManager[None]:
        return self._store.transaction()
