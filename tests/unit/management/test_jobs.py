"""Looking at jobs, having them tried again, and having nobody carry them out."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap import Application, InMemoryContainer
from core.audit import AuditEvent
from core.exceptions import PermissionDenied
from core.jobs import exceptions, policies, schemas, service
from core.mails.models import SealedLink, SendMail
from core.models import Actor
from tests import factories

OPERATOR = Actor(kind="cli")
SUPPORTER = Actor(kind="user", platform_role="support", strong=True)
FAILED = schemas.ListJobs(status="failed")


async def fail(container: InMemoryContainer) -> None:
    async def refuse(_: object) -> None:
        raise RuntimeError

    await container.jobs().defer(SendMail(to=factories.email(), template="accounts/verify_email"))
    await container.worker().run(refuse, {}, wait=False)


def audited(container: InMemoryContainer) -> list[str]:
    return [event.action for event in container.store().table(AuditEvent).values()]


async def test_an_operator_has_a_failed_job_tried_again(
    application: Application, container: InMemoryContainer
) -> None:
    await fail(container)
    [failed] = (await application.use(service.ListJobs)(FAILED, OPERATOR)).items

    await application.use(service.RetryJob)(schemas.RetryJob(job_id=failed.id), OPERATOR)

    assert (await application.use(service.ListJobs)(FAILED, OPERATOR)).items == []
    reference = schemas.JobReference(job_id=failed.id)
    assert (await application.use(service.GetJob)(reference, OPERATOR)).status == "waiting"
    assert audited(container) == ["admin.job_retried"]


async def test_an_operator_cancels_a_job_that_waits(
    application: Application, container: InMemoryContainer
) -> None:
    await container.jobs().defer(SendMail(to="ada@example.com", template="accounts/mfa_reset"))
    [waits] = (await application.use(service.ListJobs)(schemas.ListJobs(), OPERATOR)).items

    await application.use(service.CancelJob)(schemas.CancelJob(job_id=waits.id), OPERATOR)

    reference = schemas.JobReference(job_id=waits.id)
    assert (await application.use(service.GetJob)(reference, OPERATOR)).status == "cancelled"
    assert audited(container) == ["admin.job_cancelled"]


async def test_what_is_not_there_leaves_no_trace(
    application: Application, container: InMemoryContainer
) -> None:
    with pytest.raises(exceptions.JobNotFound):
        await application.use(service.RetryJob)(schemas.RetryJob(job_id=7), OPERATOR)
    with pytest.raises(exceptions.JobNotFound):
        await application.use(service.CancelJob)(schemas.CancelJob(job_id=7), OPERATOR)
    with pytest.raises(exceptions.JobNotFound):
        await application.use(service.GetJob)(schemas.JobReference(job_id=7), OPERATOR)

    assert audited(container) == []


async def test_pages_follow_each_other(
    application: Application, container: InMemoryContainer
) -> None:
    for _ in range(5):
        await container.jobs().defer(SendMail(to=factories.email(), template="accounts/mfa_reset"))
    list_jobs, seen, cursor = application.use(service.ListJobs), list[int](), None

    while True:
        page = await list_jobs(schemas.ListJobs(limit=2, cursor=cursor), OPERATOR)
        seen += [job.id for job in page.items]
        if (cursor := page.next_cursor) is None:
            break

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


async def test_jobs_are_none_of_anybody_elses_business(application: Application) -> None:
    somebody = Actor(kind="user")

    await application.use(service.ListJobs)(schemas.ListJobs(), SUPPORTER)
    for actor in (somebody, SUPPORTER):
        with pytest.raises(PermissionDenied):
            await application.use(service.RetryJob)(schemas.RetryJob(job_id=1), actor)
        with pytest.raises(PermissionDenied):
            await application.use(service.CancelJob)(schemas.CancelJob(job_id=1), actor)
    with pytest.raises(PermissionDenied):
        await application.use(service.ListJobs)(schemas.ListJobs(), somebody)
    with pytest.raises(PermissionDenied):
        await application.use(service.GetJob)(schemas.JobReference(job_id=1), somebody)


async def test_nothing_that_could_be_a_secret_is_shown(
    application: Application, container: InMemoryContainer
) -> None:
    link = SealedLink(path="/reset-password", parameter="token", purpose="p", payload="ab12")
    mail = SendMail(
        to="ada@example.com",
        template="accounts/reset_password",
        variables={"reason": "a secret of hers", "left": 3},
        link=link,
    )
    await container.jobs().defer(mail)

    [shown] = (await application.use(service.ListJobs)(schemas.ListJobs(), SUPPORTER)).items

    assert shown.payload["to"] == "ada@example.com"
    assert shown.payload["variables"] == {"reason": "(hidden)", "left": 3}
    assert "ab12" not in shown.model_dump_json()


TEXTS = st.text("ab-1{}", max_size=8).map(lambda text: f"SECRET {text}")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["token", "code", "link", "variables", "x"]), JSON))
def test_of_whatever_a_job_was_told_no_free_text_is_shown(payload: dict[str, Any]) -> None:
    assert "SECRET" not in str(policies.shown(payload))


def test_ids_and_moments_are_shown() -> None:
    told = {"user_id": str(uuid4()), "at": "2026-11-22T12:00:00Z", "n": 1, "all": [True, None]}

    assert policies.shown(told) == told
    assert policies.shown({"key": "cak_20261122"}) == {"key": "(hidden)"}
