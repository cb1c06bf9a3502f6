"""Something to look at: an organization with people, invitations and a history."""

import typer

from entrypoints.cli.running import REFUSED, end, settings
from entrypoints.cli.showing import Json, as_json


def demo(*, json: Json = False) -> None:
    """Fill a development database with an organization, its people and their history.

    It may run again: what is there stays, what is missing is made. Nobody gets a password of
    yours to guess; the owner chooses one by a link.
    """
    read = settings()
    if read.environment == "production":
        end(REFUSED, "Not in production: this makes people who do not exist.")
    import asyncio

    from entrypoints.cli.filling import fill

    made = asyncio.run(fill(read))
    if json:
        as_json(made)
        return
    if not made.joined and not made.invited:
        typer.echo(f"The organization {made.slug} is there already, with everybody in it.")
        typer.echo(f"For a link to sign in: core-api accounts users reset-password {made.owner}")
        return
    typer.echo(f"Made in the organization {made.slug}:")
    typer.echo(f"  {made.joined} members and {made.invited} open invitations")
    typer.echo(f"\nTo sign in as {made.owner}, choose a password here; the link works once:")
    typer.echo(made.link)
    typer.echo(f"\nLook around: core-api accounts members list {made.slug}")
    typer.echo(f"             core-api accounts audit tail {made.slug}")
