"""Jobs: what waits, what runs, what failed for good, and working off the rest by hand."""

from enum import StrEnum
from typing import Annotated

import typer

from entrypoints.cli.running import confirm, run, use
from entrypoints.cli.showing import (
    Cursor,
    Json,
    Limit,
    Yes,
    details,
    examples,
    more,
    table,
)

app = typer.Typer(help="Work that is done later.", no_args_is_help=True)

JOB = ("id", "name", "status", "attempts", "due_at", "moved_at")


class Status(StrEnum):
    """What a job can be."""

    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"
    CANCELLED = "cancelled"


Number = Annotated[int, typer.Argument(metavar="JOB", help="Its number: `list` says it.")]


@app.command(
    "list",
    epilog=examples("jobs list", "jobs list --failed --json", "jobs list --name mails.send"),
)
def list_jobs(
    status: Annotated[Status | None, typer.Option(help="Only those.")] = None,
    name: Annotated[str | None, typer.Option(help="Only of this kind: mails.send")] = None,
    limit: Limit = 25,
    cursor: Cursor = None,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those that nobody tries again.")
    ] = False,
    json: Json = False,
) -> None:
    """List the jobs, the newest first.

    What succeeds is forgotten; --json shows what each was to do, but for what could be a secret.
    """
    from core.jobs import schemas, service

    wanted = "failed" if failed else status and status.value
    query = {"status": wanted, "name": name, "limit": limit, "cursor": cursor}
    page = use(service.ListJobs, schemas.ListJobs.model_validate(query))
    table(page.items, JOB, json=json)
    more(page.next_cursor)


@app.command("show", epilog=examples("jobs show 17", "jobs show 17 --json"))
def show(job_id: Number, *, json: Json = False) -> None:
    """Show one job, and what it was to do, but for what could be a secret."""
    from core.jobs import schemas, service

    details(use(service.GetJob, schemas.JobReference(job_id=job_id)), json=json)


@app.command("retry", epilog=examples("jobs retry 17"))
def retry(job_id: Number) -> None:
    """Have a job tried again that failed for good."""
    from core.jobs import schemas, service

    use(service.RetryJob, schemas.RetryJob(job_id=job_id))
    typer.echo("It will be tried again.")


@app.command("cancel", epilog=examples("jobs cancel 17 --yes"))
def cancel(job_id: Number, *, yes: Yes = False) -> None:
    """Have nobody carry out a job that waits."""
    from core.jobs import schemas, service

    confirm(f"Cancel the job {job_id}?", yes=yes)
    use(service.CancelJob, schemas.CancelJob(job_id=job_id))
    typer.echo("Nobody will carry it out.")


@app.command("drain", epilog=examples("jobs drain"))
def drain() -> None:
    """Carry out what is due, then return: for a machine without a worker."""
    run(lambda app: app.work(wait=False), brief=False)
    typer.echo("Nothing is due any more.")
