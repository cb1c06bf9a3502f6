"""What the service has yet to do, and what it gave up: for operators."""

from typing import Final

from fastapi import Request, Response

from core.jobs import schemas, service
from entrypoints.http.console.asking import asked, older, question
from entrypoints.http.console.navigation import ADMIN
from entrypoints.http.console.routing import beside
from entrypoints.http.console.routing import router as make_router
from entrypoints.http.console.visits import here

router = make_router()

JOBS: Final = f"{ADMIN}/jobs"
STATUSES: Final = ("failed", "waiting", "running", "cancelled")


@router.get(JOBS)
async def show_jobs(request: Request) -> Response:
    visit = here(request)
    query = asked(request, schemas.ListJobs)
    found = await visit.use(service.ListJobs)(query, visit.actor)
    return visit.page(
        "jobs.html",
        found=found,
        older=older(request, found.next_cursor),
        query=query,
        statuses=STATUSES,
    )


@router.post(f"{JOBS}/{{job_id}}/retry")
@beside(show_jobs)
async def retry_job(request: Request, job_id: int) -> Response:
    visit = here(request)
    await visit.use(service.RetryJob)(schemas.RetryJob(job_id=job_id), visit.actor)
    return visit.leave(JOBS, f"Job {job_id} is tried again.")


@question(
    router,
    f"{JOBS}/{{job_id}}/cancel",
    title="Cancel this job?",
    about="Nobody carries it out. What it was to do is not done.",
    button="Cancel the job",
    back=JOBS,
)
async def cancel_job(request: Request, job_id: int) -> Response:
    visit = here(request)
    await visit.use(service.CancelJob)(schemas.CancelJob(job_id=job_id), visit.actor)
    return visit.leave(JOBS, f"Job {job_id} is cancelled.")
