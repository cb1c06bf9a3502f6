"""Jobs and events leave with the transaction that made them, or not at all."""

from datetime import UTC, datetime

import psycopg
import pytest

from adapters.embedded import Urls
from adapters.procrastinate.retry import Backoff
from bootstrap import Application, Container
from core.events.models import FanOut
from core.exceptions import Unavailable
from core.mails.exceptions import MailRefused
from core.mails.models import SendMail
from core.models import Actor, Event, UserId
from core.service import UseCase
from tests import factories


class Happened(Event):
    topic = "tests.happened"

    user_id: UserId


heard: list[Happened] = []


class Listen(UseCase):
    """Remember what was told."""

    async def __call__(self, command: Happened, _: Actor) -> None:
        heard.append(command)


def waiting(urls: Urls, address: str) -> int:
    with psycopg.connect(urls.owner) as owner:
        found = owner.execute(
            "SELECT count(*) FROM jobs.procrastinate_jobs WHERE args->'job'->>'to' = %s", [address]
        ).fetchone()
    assert found is not None
    count: int = found[0]
    return count


async def test_a_job_of_a_failed_transaction_never_was(container: Container, urls: Urls) -> None:
    mail = SendMail(to=factories.email(), template="accounts/verify_email")

    with pytest.raises(RuntimeError):
        async with container.transaction()():
            await container.jobs().defer(mail)
            raise RuntimeError
    assert waiting(urls, mail.to) == 0

    async with container.transaction()():
        await container.jobs().defer(mail, at=datetime(2999, 1, 1, tzinfo=UTC))
    assert waiting(urls, mail.to) == 1


async def test_an_event_reaches_whoever_listens(wired: Application) -> None:
    wired.container.subscribers().subscriptions.append((Happened, Listen))
    event = Happened(user_id=UserId(factories.new_id()), at=factories.NOW)

    async with wired.container.transaction()():
        await wired.container.events().publish(event)
    await wired.work(wait=False)

    assert event in heard


async def test_an_event_that_nobody_hears_costs_no_job(container: Container, urls: Urls) -> None:
    class Unheard(Event):
        topic = "tests.unheard"

    async with container.transaction()():
        await container.events().publish(Unheard(at=factories.NOW))

    with psycopg.connect(urls.owner) as owner:
        found = owner.execute(
            "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = %s"
            " AND args->'job'->>'topic' = 'tests.unheard'",
            [FanOut.name],
        ).fetchone()
    assert found == (0,)


def test_what_can_work_later_is_tried_again_and_what_never_can_is_not() -> None:
    from procrastinate.jobs import Job  # noqa: PLC0415 - the library's own shape

    def job(attempts: int) -> Job:
        return Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)

    backoff = Backoff()
    assert backoff.get_retry_decision(exception=Unavailable(), job=job(0))
    assert backoff.get_retry_decision(exception=Unavailable(), job=job(12)) is None
    assert backoff.get_retry_decision(exception=MailRefused(), job=job(0)) is None
