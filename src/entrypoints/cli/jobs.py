"""Jobs that failed for good, and working off the rest by hand."""

from typing import Annotated

import typer

from entrypoints.cli.running import run, use
from entrypoints.cli.showing import Json, Limit, examples, table

app = typer.Typer(help="Work that is done later.", no_args_is_help=True)


@app.command("list", epilog=examples("jobs list", "jobs list --failed --json"))
def list_jobs(
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="Those that failed for good: what is listed anyway.")
    ] = True,
    limit: Limit = 25,
    json: Json = False,
) -> None:
    """List the jobs that failed until nobody tried again, the newest first.

    What succeeds is forgotten; --json shows what each was to do.
    """
    from core.jobs import schemas, service

    page = use(service.ListDeadJobs, schemas.ListDeadJobs(limit=limit))
    table(page.items, ("id", "name", "attempts"), json=json)


@app.command("retry", epilog=examples("jobs retry 17"))
def retry(job_id: Annotated[int, typer.Argument(help="As `list` names it.")]) -> None:
    """Have a dead job tried again."""
    from core.jobs import schemas, service

    use(service.RetryJob, schemas.RetryJob(job_id=job_id))
    typer.echo("It will be tried again.")


@app.command("drain", epilog=examples("jobs drain"))
def drain() -> None:
    """Carry out what is due, then return: for a machine without a worker."""
    run(lambda app: app.work(wait=False), brief=False)
    typer.echo("Nothing is due any more.")
