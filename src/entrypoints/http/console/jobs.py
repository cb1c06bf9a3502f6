"""Jobs that nobody tries again until told to: for operators."""

from typing import Final

from fastapi import Request, Response

from core.jobs import schemas, service
from entrypoints.http.console.navigation import ADMIN
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import here

router = make_router()

JOBS: Final = f"{ADMIN}/jobs"


@router.get(JOBS)
async def show_jobs(request: Request) -> Response:
    visit = here(request)
    dead = await visit.use(service.ListDeadJobs)(schemas.ListDeadJobs(limit=100), visit.actor)
    return visit.page("jobs.html", jobs=dead.items)


@router.post(f"{JOBS}/{{job_id}}/retry")
@beside(show_jobs)
async def retry_job(request: Request, job_id: int) -> Response:
    visit = here(request)
    await visit.use(service.RetryJob)(schemas.RetryJob(job_id=job_id), visit.actor)
    return visit.leave(JOBS, f"Job {job_id} is tried again.")
