"""The months that events are kept in."""

from typing import Annotated

import typer

from entrypoints.cli.running import operator, use
from entrypoints.cli.showing import Yes, examples

app = typer.Typer(help="The months that events are kept in.", no_args_is_help=True)


@app.command("list", epilog=examples("stats partitions list"))
def list_partitions() -> None:
    """List the months that there is room for."""
    from core.stats import service

    for name in use(service.ListPartitions, None, operator()):
        typer.echo(name)


@app.command("ensure", epilog=examples("stats partitions ensure"))
def ensure() -> None:
    """Have a place for what will happen, forget what is too old; it also runs by the clock."""
    from core.stats import schemas, service

    made, dropped = use(service.MaintainPartitions, schemas.MaintainPartitions(), operator())
    typer.echo(f"{made} months were made, {dropped} were forgotten.")


@app.command("drop", epilog=examples("stats partitions drop --older-than 200 --dry-run"))
def drop(
    older_than: Annotated[int, typer.Option(min=31, help="Days.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which.")] = False,
    yes: Yes = False,
) -> None:
    """Forget the months that ended longer ago, with all events of everybody."""
    from core.stats import schemas, service

    command = schemas.DropPartitions(days=older_than, dry_run=True)
    names = use(service.DropPartitions, command, operator())
    if not names:
        typer.echo("None is that old.")
        return
    typer.echo("\n".join(names))
    if dry_run:
        return
    if not yes:
        typer.confirm("Forget all events of these months for good?", abort=True)
    use(service.DropPartitions, schemas.DropPartitions(days=older_than), operator())
    typer.echo(f"{len(names)} months are forgotten.")
