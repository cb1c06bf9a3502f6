"""Jobs that failed for good, and working off the rest by hand."""

from typing import Annotated

import typer

from entrypoints.cli.running import run, use
from entrypoints.cli.showing import Json, Limit, table

app = typer.Typer(help="Work that is done later.", no_args_is_help=True)


@app.command("list")
def list_jobs(limit: Limit = 25, *, json: Json = False) -> None:
    """List the jobs that failed until nobody tried again, the newest first."""
    from core.jobs import schemas, service

    page = use(service.ListDeadJobs, schemas.ListDeadJobs(limit=limit))
    table(page.items, ("id", "name", "attempts"), json=json)


@app.command("retry")
def retry(job_id: Annotated[int, typer.Argument(help="As `list` names it.")]) -> None:
    """Have a dead job tried again."""
    from core.jobs import schemas, service

    use(service.RetryJob, schemas.RetryJob(job_id=job_id))
    typer.echo("It will be tried again.")


@app.command("drain")
def drain() -> None:
    """Carry out what is waiting, then return."""
    run(lambda app: app.work(wait=False))
