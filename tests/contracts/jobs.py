"""What every adapter of Jobs, and the Worker that carries them out, must do together."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import ClassVar

import pytest

from bootstrap import Application, Container
from core.accounts.exceptions import SlugTaken
from core.mails.models import SendMail
from core.models import Job
from tests import factories
from tests.contracts.founding import founded


def mail() -> SendMail:
    return SendMail(to=factories.email(), template="accounts/verify_email")


class Hands:
    """Carries mails out by noting whom they are for, one after another or for a while."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.busy = self.most_at_once = 0
        self.lasting = 0.0
        self.begun = asyncio.Event()

    async def __call__(self, job: Job) -> None:
        if isinstance(job, SendMail):
            self.busy += 1
            self.begun.set()
            self.most_at_once = max(self.most_at_once, self.busy)
            await asyncio.sleep(self.lasting)
            self.done.append(job.to)
            self.busy -= 1


class JobsContract:
    wiring: ClassVar[type[Container]]

    @pytest.fixture
    async def own(self, container: Container) -> AsyncIterator[Container]:
        """A container whose worker has not been told yet who carries jobs out."""
        own = self.wiring(settings=container.settings())
        async with Application(own).opened():
            yield own

    @pytest.fixture
    def hands(self) -> Hands:
        return Hands()

    async def work(self, own: Container, hands: Hands) -> None:
        await own.worker().run(hands, {}, wait=False)

    async def test_a_job_is_carried_out_with_all_it_said(self, own: Container) -> None:
        job = SendMail(
            to=factories.email(), locale="de", template="a/b", variables={"name": "Ä", "count": 2}
        )
        done: list[Job] = []

        async def hands(found: Job) -> None:
            done.append(found)

        await own.jobs().defer(job)
        await own.worker().run(hands, {}, wait=False)

        assert job in done

    async def test_a_job_that_was_carried_out_is_gone(self, own: Container, hands: Hands) -> None:
        job = mail()
        await own.jobs().defer(job)

        for _ in range(2):
            await self.work(own, hands)

        assert Counter(hands.done)[job.to] == 1

    async def test_what_a_statement_broke_is_told_though_a_job_follows_it(
        self, own: Container
    ) -> None:
        there, owner = await founded(own)
        again = factories.organization(slug=there.slug)

        with pytest.raises(SlugTaken):
            async with own.transaction()():
                owns = factories.membership(again, owner, "owner")
                await own.organizations().add(again, owns)
                await own.jobs().defer(mail())

    async def test_nobody_sees_a_job_before_its_transaction_commits(
        self, own: Container, hands: Hands
    ) -> None:
        job = mail()

        async with own.transaction()():
            await own.jobs().defer(job)
            await asyncio.create_task(self.work(own, hands))
            assert job.to not in hands.done
        await self.work(own, hands)

        assert job.to in hands.done

    async def test_a_transaction_that_rolls_back_made_no_job(
        self, own: Container, hands: Hands
    ) -> None:
        lost, kept = mail(), mail()

        with pytest.raises(RuntimeError):
            async with own.transaction()():
                await own.jobs().defer(lost)
                raise RuntimeError
        async with own.transaction()():
            await own.jobs().defer(kept)
            with pytest.raises(RuntimeError):
                async with own.transaction()():
                    await own.jobs().defer(lost)
                    raise RuntimeError
        await self.work(own, hands)

        assert kept.to in hands.done
        assert lost.to not in hands.done

    async def test_a_spawned_tasks_job_is_none_of_the_transactions(
        self, own: Container, hands: Hands
    ) -> None:
        job = mail()

        with pytest.raises(RuntimeError):
            async with own.transaction()():
                await asyncio.create_task(own.jobs().defer(job))
                raise RuntimeError
        await self.work(own, hands)

        assert job.to in hands.done

    async def test_a_job_waits_for_its_time(self, own: Container, hands: Hands) -> None:
        due, early = mail(), mail()
        now = own.clock().now()
        await own.jobs().defer(due, at=now - timedelta(seconds=1))
        await own.jobs().defer(early, at=now + timedelta(days=1))

        await self.work(own, hands)

        assert due.to in hands.done
        assert early.to not in hands.done

    async def test_jobs_of_one_lock_run_one_after_another_in_their_order(
        self, own: Container, hands: Hands
    ) -> None:
        await self.work(own, hands)
        hands.done.clear()
        hands.lasting = 0.01
        hands.most_at_once = 0
        jobs = [mail() for _ in range(4)]
        for job in jobs:
            await own.jobs().defer(job, lock=jobs[0].to)

        for _ in jobs:  # a worker that need not wait leaves when all that is left is locked
            await self.work(own, hands)

        assert hands.done == [job.to for job in jobs]
        assert hands.most_at_once == 1

    async def test_a_worker_that_is_told_to_stop_finishes_what_it_has_begun(
        self, own: Container, hands: Hands
    ) -> None:
        job = mail()
        await self.work(own, hands)
        hands.lasting = 0.1
        await own.jobs().defer(job)
        worker = asyncio.create_task(own.worker().run(hands, {}))
        hands.begun.clear()
        await hands.begun.wait()

        worker.cancel()
        await asyncio.wait([worker])

        assert job.to in hands.done
        hands.done.clear()
        await self.work(own, hands)
        assert job.to not in hands.done
