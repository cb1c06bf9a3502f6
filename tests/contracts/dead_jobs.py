"""What every adapter of DeadJobs must do. Bound in tests/unit and tests/integration."""

from collections.abc import AsyncIterator
from typing import ClassVar

import pytest

from bootstrap import Application, Container
from core.jobs import exceptions
from core.jobs.models import DeadJob
from core.mails.exceptions import MailRefused
from core.mails.models import SendMail
from core.models import Job
from tests import factories


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


class DeadJobsContract:
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
        mail = SendMail(to=factories.email(), template="accounts/verify_email")
        handler.refused.add(mail.to)
        await own.jobs().defer(mail)
        await own.worker().run(handler, {}, wait=False)
        return mail.to

    async def dead(self, own: Container) -> dict[str, DeadJob]:
        found = await own.dead_jobs().page(limit=100)
        return {job.payload["to"]: job for job in found if job.name == SendMail.name}

    async def test_what_failed_for_good_is_listed_with_what_it_was_to_do(
        self, own: Container, handler: Handler
    ) -> None:
        to = await self.failed(own, handler)

        job = (await self.dead(own))[to]
        assert job.attempts == 1
        assert job.payload["template"] == "accounts/verify_email"

    async def test_the_newest_comes_first_and_no_more_than_asked_for(
        self, own: Container, handler: Handler
    ) -> None:
        await self.failed(own, handler)
        newest = await self.failed(own, handler)

        [job] = await own.dead_jobs().page(limit=1)
        assert job.payload["to"] == newest

    async def test_one_that_is_revived_is_carried_out(
        self, own: Container, handler: Handler
    ) -> None:
        to = await self.failed(own, handler)
        handler.refused.clear()

        await own.dead_jobs().revive((await self.dead(own))[to].id)
        await own.worker().run(handler, {}, wait=False)

        assert to in handler.done
        assert to not in await self.dead(own)

    async def test_what_is_not_dead_is_not_revived(self, own: Container, handler: Handler) -> None:
        to = await self.failed(own, handler)
        job = (await self.dead(own))[to]
        await own.dead_jobs().revive(job.id)

        for unknown in (job.id, 2**40):
            with pytest.raises(exceptions.JobNotFound):
                await own.dead_jobs().revive(unknown)
