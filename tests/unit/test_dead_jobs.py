"""Looking at the jobs that failed for good, and having them tried again."""

import pytest

from bootstrap import Application, InMemoryContainer
from core.audit import AuditEvent
from core.exceptions import PermissionDenied
from core.jobs import exceptions, schemas, service
from core.mails.models import SendMail
from core.models import Actor
from tests import factories

OPERATOR = Actor(kind="cli")


async def fail(container: InMemoryContainer) -> None:
    async def refuse(_: object) -> None:
        raise RuntimeError

    await container.jobs().defer(SendMail(to=factories.email(), template="accounts/verify_email"))
    await container.worker().run(refuse, {}, wait=False)


def audited(container: InMemoryContainer) -> list[str]:
    return [event.action for event in container.store().table(AuditEvent).values()]


async def test_an_operator_has_a_dead_job_tried_again(
    application: Application, container: InMemoryContainer
) -> None:
    await fail(container)
    [dead] = (await application.use(service.ListDeadJobs)(schemas.ListDeadJobs(), OPERATOR)).items

    await application.use(service.RetryJob)(schemas.RetryJob(job_id=dead.id), OPERATOR)

    found = await application.use(service.ListDeadJobs)(schemas.ListDeadJobs(), OPERATOR)
    assert found.items == []
    assert audited(container) == ["admin.job_retried"]


async def test_what_is_not_there_leaves_no_trace(
    application: Application, container: InMemoryContainer
) -> None:
    with pytest.raises(exceptions.JobNotFound):
        await application.use(service.RetryJob)(schemas.RetryJob(job_id=7), OPERATOR)

    assert audited(container) == []


async def test_dead_jobs_are_none_of_anybody_elses_business(application: Application) -> None:
    supporter = Actor(kind="user", platform_role="support", strong=True)
    somebody = Actor(kind="user")

    await application.use(service.ListDeadJobs)(schemas.ListDeadJobs(), supporter)
    with pytest.raises(PermissionDenied):
        await application.use(service.ListDeadJobs)(schemas.ListDeadJobs(), somebody)
    with pytest.raises(PermissionDenied):
        await application.use(service.RetryJob)(schemas.RetryJob(job_id=1), supporter)
