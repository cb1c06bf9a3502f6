"""Jobs, as operators see them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query

from core.exceptions import InvalidCursor
from core.jobs import exceptions, schemas, service
from core.models import Page
from entrypoints.http import problems
from entrypoints.http.accounts.admin import OPERATOR
from entrypoints.http.dependencies import CurrentActor, Use
from entrypoints.http.routing import router as make_router

router = make_router("/v1/admin/jobs", "jobs")

type JobId = Annotated[int, Path(ge=1)]

JOB = OPERATOR | problems.responses(exceptions.JobNotFound)


@router.get("", responses=OPERATOR | problems.responses(InvalidCursor))
async def list_jobs(
    query: Annotated[schemas.ListJobs, Query()],
    actor: CurrentActor,
    list_jobs: Use[service.ListJobs],
) -> Page[schemas.JobView]:
    """List what waits, runs, failed for good or was cancelled; what succeeded is forgotten."""
    return await list_jobs(query, actor)


@router.get("/{job_id}", responses=JOB)
async def get_job(job_id: JobId, actor: CurrentActor, get: Use[service.GetJob]) -> schemas.JobView:
    return await get(schemas.JobReference(job_id=job_id), actor)


@router.post(
    "/{job_id}/retry",
    status_code=HTTPStatus.NO_CONTENT,
    responses=JOB | problems.responses(exceptions.JobNotFailed),
)
async def retry_job(job_id: JobId, actor: CurrentActor, retry: Use[service.RetryJob]) -> None:
    await retry(schemas.RetryJob(job_id=job_id), actor)


@router.post(
    "/{job_id}/cancel",
    status_code=HTTPStatus.NO_CONTENT,
    responses=JOB | problems.responses(exceptions.JobNotWaiting),
)
async def cancel_job(job_id: JobId, actor: CurrentActor, cancel: Use[service.CancelJob]) -> None:
    await cancel(schemas.CancelJob(job_id=job_id), actor)
