"""The process dies at any step between the store and the database, and nothing is lost or left."""

from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

import pytest
from dependency_injector import providers

from adapters import memory
from bootstrap import Application, InMemoryContainer, Settings
from core.storage import constants, lifecycle, schemas, service
from core.storage.models import StoredObject
from tests.clock import FakeClock
from tests.unit.storage.shelves import PNG, SYSTEM, FaultyWriter, Files, chunks

type Work = Callable[[Files], Awaitable[object]]

STEPS = ("objects", "object_checks", "object_reader", "object_writer", "multipart_uploads", "audit")
LARGE = bytes(3 * constants.MIB + 7)
LEAST, MANY = 3, 200


class Killed(BaseException):
    """The process is gone: nothing of it runs any more, no cleanup either."""


class Life:
    """Ends at a step: before the step was taken, or right after it. Then nothing is answered."""

    def __init__(self) -> None:
        self.steps = 0
        self.last: float | None = None
        self.over = False

    def mortal(self, port: Any) -> Any:
        return _Mortal(self, port)

    def begin(self, last: float | None) -> None:
        self.steps, self.last, self.over = 0, last, False

    def check(self, step: float) -> None:
        self.over = self.over or (self.last is not None and step >= self.last)
        if self.over:
            raise Killed


class _Mortal:
    def __init__(self, life: Life, port: Any) -> None:
        self._life, self._port = life, port

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not iscoroutinefunction(found):
            return found

        @wraps(found)
        async def step(*given: Any, **named: Any) -> Any:
            self._life.steps += 1
            number = self._life.steps
            self._life.check(number)
            done = await found(*given, **named)
            self._life.check(number + 0.5)
            return done

        return step


@pytest.fixture
def life(monkeypatch: pytest.MonkeyPatch) -> Life:
    monkeypatch.setattr(constants, "PART_LEAST", constants.MIB)
    return Life()


async def opened(settings: Settings, life: Life) -> Files:
    """Return an organization's files, each step of which may be the last one."""
    container, clock = InMemoryContainer(settings=settings), FakeClock()
    container.clock.override(providers.Object(clock))
    container.object_writer.override(
        providers.Object(FaultyWriter(memory.ObjectWriter(container.shelf())))
    )
    files = Files(Application(container), container, clock)
    for name in STEPS:
        port = getattr(container, name)
        port.override(providers.Object(life.mortal(port())))
    files.use = Application(container).use
    await files.open()
    return files


# --- What may be broken off -----------------------------------------------------------------------


async def put(files: Files) -> None:
    await files.upload(PNG, content_type="image/png")


async def in_parts(files: Files) -> None:
    opened = await files.announce(LARGE, method="multipart")
    for part in opened.upload.parts or ():
        start = (part.number - 1) * constants.MIB
        await files.put(part.request.url, LARGE[start : start + part.size])
    await files.complete(opened)


async def direct(files: Files) -> None:
    await files.direct(PNG, content_type="image/png")


async def piece_by_piece(files: Files) -> None:
    command = schemas.OpenResumable(
        bucket="docs", filename="a", content_type="text/plain", size=len(LARGE)
    )
    opened = await files.use(service.OpenResumable)(command, files.owner)
    for start, stop in ((0, 1000), (1000, constants.MIB + 5), (constants.MIB + 5, len(LARGE))):
        pieces = schemas.AppendToUpload(
            id=opened.id, offset=start, chunks=chunks(LARGE[start:stop])
        )
        await files.use(service.AppendToUpload)(pieces, files.owner)


async def given_up(files: Files) -> None:
    opened = await files.announce(LARGE, method="multipart")
    reference = schemas.UploadReference(id=opened.object.id)
    await files.use(service.AbortUpload)(reference, files.owner)


async def copied(files: Files) -> None:
    [stored] = (await listed(files)).items
    command = schemas.CopyObject(id=stored.id, target=schemas.CopyTarget(bucket="docs"))
    await files.use(service.CopyObject)(command, files.owner)


async def deleted(files: Files) -> None:
    [stored] = (await listed(files)).items
    await files.delete(stored)
    files.clock.forward(days=8)
    await files.purge()


async def listed(files: Files) -> Any:
    return await files.use(service.ListObjects)(schemas.ListObjects(), files.owner)


# --- What becomes of it ---------------------------------------------------------------------------


async def swept(files: Files) -> None:
    """Let the jobs do what they do by the clock, for two days."""
    files.clock.forward(minutes=10)
    await files.resume()
    for _ in range(4):
        files.clock.forward(hours=13)
        await files.expire()
        await files.resume()
        await files.purge()
        await files.use(service.AbortStaleMultiparts)(schemas.AbortStaleMultiparts(), SYSTEM)
    await files.use(service.ReconcileOrphans)(schemas.ReconcileOrphans(delete=True), SYSTEM)


@pytest.mark.parametrize("after", [0, 0.5], ids=["before", "after"])
@pytest.mark.parametrize(
    ("work", "prepared"),
    [
        (put, False),
        (in_parts, False),
        (direct, False),
        (piece_by_piece, False),
        (given_up, False),
        (copied, True),
        (deleted, True),
    ],
)
async def test_wherever_the_process_dies_nothing_is_lost_or_left(
    settings: Settings, life: Life, work: Work, after: float, *, prepared: bool
) -> None:
    for number in range(1, MANY):
        life.begin(None)
        files = await opened(settings, life)
        if prepared:
            await files.upload(b"hello")
        life.begin(number + after)
        died = False
        try:
            await work(files)
        except Killed:
            died = True
        life.begin(None)
        await swept(files)

        rows = files.container.store().table(StoredObject).values()
        kept = {row.key for row in rows if row.status in lifecycle.USED}
        assert files.keys == kept, number
        assert files.container.shelf().uploads == {}, number
        assert {row.status for row in rows} <= {"available", "purged"}, number
        assert await files.container.usages().recount(files.organization_id) is None, number
        if not died:
            assert number > LEAST
            return
    raise AssertionError(f"It takes more than {MANY} steps.")
