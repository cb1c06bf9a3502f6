"""What every adapter of QueuedJobs must do. Bound in tests/unit and tests/integration."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from bootstrap import Application, Container
from core.jobs import exceptions
from core.jobs.models import JobFilter, QueuedJob
from core.mails.exceptions import MailRefused
from core.mails.models import SendMail
from core.models import Job
from tests import factories

FAILED, WAITING = JobFilter(status="failed"), JobFilter(status="waiting")
ANY = JobFilter()
LATER = datetime(2999, 1, 1, tzinfo=UTC)


class Handler:
    """Carries out whatever it is handed, but what it was told to refuse."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        self.done: list[str] = []

    async def __call__(self, job: Job) -> None:
        if isinstance(job, SendMail):
            if job.to in self.refused:
                raise MailRefused
            self.done.append(job.to)


def mail() -> SendMail:
    return SendMail(to=factories.email(), template="accounts/verify_email")


class QueuedJobsContract:
    wiring: ClassVar[type[Container]]

    @pytest.fixture
    async def own(self, container: Container) -> AsyncIterator[Container]:
        """A container whose worker has not been told yet who carries jobs out."""
        own = self.wiring(settings=container.settings())
        async with Application(own).opened():
            yield own

    @pytest.fixture
    def handler(self) -> Handler:
        return Handler()

    async def failed(self, own: Container, handler: Handler) -> str:
        """Have a mail refused for good; return whom it was for."""
        job = mail()
        handler.refused.add(job.to)
        await own.jobs().defer(job)
        await own.worker().run(handler, {}, wait=False)
        return job.to

    async def waiting(self, own: Container) -> QueuedJob:
        """Have a mail wait for long; return the job."""
        job = mail()
        await own.jobs().defer(job, at=LATER, lock=job.to)
        return (await self.mails(own, WAITING))[job.to]

    async def mails(self, own: Container, matching: JobFilter) -> dict[str, QueuedJob]:
        found = await own.queued_jobs().page(matching, limit=100)
        return {job.payload["to"]: job for job in found if job.name == SendMail.name}

    async def test_what_failed_for_good_is_listed_with_what_it_was_to_do(
        self, own: Container, handler: Handler
    ) -> None:
        to = await self.failed(own, handler)

        job = (await self.mails(own, FAILED))[to]
        assert (job.status, job.attempts, job.queue) == ("failed", 1, "default")
        assert job.payload["template"] == "accounts/verify_email"
        assert job.created_at is not None
        assert await own.queued_jobs().get(job.id) == job
        assert to not in await self.mails(own, WAITING)

    async def test_what_waits_says_until_when_and_behind_which_lock(self, own: Container) -> None:
        job = await self.waiting(own)

        assert (job.status, job.attempts, job.due_at) == ("waiting", 0, LATER)
        assert job.lock == job.payload["to"]

    async def test_pages_run_from_the_newest_on_and_hold_what_is_asked_for(
        self, own: Container, handler: Handler
    ) -> None:
        older = await self.failed(own, handler)
        newest = await self.failed(own, handler)
        waits = await self.waiting(own)
        jobs = own.queued_jobs()

        [job] = await jobs.page(FAILED, limit=1)
        [before] = await jobs.page(FAILED, limit=1, before=job.id)
        [first] = await jobs.page(ANY, limit=1)

        assert (job.payload["to"], before.payload["to"]) == (newest, older)
        assert first == waits
        assert await jobs.page(JobFilter(name="nobody.does"), limit=9) == []
        assert await jobs.page(JobFilter(queue="nowhere"), limit=9) == []
        named = await jobs.page(JobFilter(name=SendMail.name, queue="default"), limit=1)
        assert named == [first]
        assert [one.id for one in await jobs.page(ANY, limit=1, before=2**70)] == [first.id]

    async def test_one_that_is_revived_is_carried_out(
        self, own: Container, handler: Handler
    ) -> None:
        to = await self.failed(own, handler)
        handler.refused.clear()

        await own.queued_jobs().revive((await self.mails(own, FAILED))[to].id)
        await own.worker().run(handler, {}, wait=False)

        assert to in handler.done
        assert to not in await self.mails(own, ANY)

    async def test_what_did_not_fail_is_not_revived(self, own: Container, handler: Handler) -> None:
        waits = await self.waiting(own)

        with pytest.raises(exceptions.JobNotFailed):
            await own.queued_jobs().revive(waits.id)
        for unknown in (0, 2**40, 2**70):
            with pytest.raises(exceptions.JobNotFound):
                await own.queued_jobs().revive(unknown)

    async def test_one_that_is_cancelled_is_not_carried_out(
        self, own: Container, handler: Handler
    ) -> None:
        job = mail()
        await own.jobs().defer(job)
        waits = (await self.mails(own, WAITING))[job.to]

        await own.queued_jobs().cancel(waits.id)
        await own.worker().run(handler, {}, wait=False)

        assert job.to not in handler.done
        assert (await self.mails(own, JobFilter(status="cancelled")))[job.to].id == waits.id
        with pytest.raises(exceptions.JobNotWaiting):
            await own.queued_jobs().cancel(waits.id)
        with pytest.raises(exceptions.JobNotFound):
            await own.queued_jobs().cancel(2**40)

    async def test_numbers_tell_how_many_wait_and_failed(
        self, own: Container, handler: Handler
    ) -> None:
        before = await own.queued_jobs().numbers()

        await self.failed(own, handler)  # its worker carries out what waits from elsewhere, too
        failed = await own.queued_jobs().numbers()
        await self.waiting(own)
        waits = await own.queued_jobs().numbers()

        assert failed.failed == before.failed + 1
        assert failed.mails_failed == before.mails_failed + 1
        assert waits.waiting == failed.waiting + 1
