"""Acting as somebody, to see what they see."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.accounts.people import Who
from entrypoints.cli.running import operator, run
from entrypoints.cli.showing import as_json, examples

if TYPE_CHECKING:
    from bootstrap import Application


EXAMPLE = "accounts users impersonate bob@example.com --as ada@example.com --reason 'Ticket 42'"
STOP = "accounts users stop-impersonation bob@example.com --as ada@example.com"

Operator = Annotated[
    str, typer.Option("--as", metavar="OPERATOR", help="Who acts: an id or an address.")
]


def add_to(users: typer.Typer) -> None:
    users.command("impersonate", epilog=examples(EXAMPLE))(impersonate)
    users.command("stop-impersonation", epilog=examples(STOP))(stop_impersonation)


def impersonate(
    user: Who,
    reason: Annotated[str, typer.Option(help="Why: they are told, and it is written down.")],
    name: Operator,
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Change things too, not only look.")
    ] = False,
) -> None:
    """Act as somebody for an hour at most; prints the tokens as JSON.

    They are mailed about it. What decides over their account stays theirs alone.
    """
    from core.accounts.impersonation import schemas, service

    async def work(app: "Application") -> Any:
        found = await finding.person(app, user)
        acting = operator().model_copy(update={"user_id": (await finding.person(app, name)).id})
        command = schemas.StartImpersonation(user_id=found.id, reason=reason, read_only=not write)
        return await app.use(service.StartImpersonation)(command, acting)

    as_json(run(work))


def stop_impersonation(user: Who, name: Operator) -> None:
    """End the sessions in which an operator acts as somebody; fine if there is none."""
    from core.accounts.impersonation import service
    from core.accounts.schemas import UserReference

    async def work(app: "Application") -> None:
        found = await finding.person(app, user)
        acting = operator().model_copy(update={"user_id": (await finding.person(app, name)).id})
        await app.use(service.StopImpersonation)(UserReference(user_id=found.id), acting)

    run(work)
