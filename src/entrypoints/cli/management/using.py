"""How commands about collections say which ones they mean, and reach them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import WRONG_USAGE, end, operator, run

if TYPE_CHECKING:
    from bootstrap import Application

Org = Annotated[
    str | None, typer.Argument(metavar="[ORGANIZATION]", help="An id or a slug; or --system.")
]
System = Annotated[
    bool, typer.Option("--system", help="Those that all organizations share, with own records.")
]
OrgKey = Annotated[
    list[str], typer.Argument(metavar="[ORGANIZATION] KEY", help="With --system the key alone.")
]


def used(use_case: str, organization: str | None, command: object) -> Any:
    """Run a use case of collections by its name, inside an organization or as the operator."""

    async def work(app: "Application") -> Any:
        from core.management.collections import service

        actor = operator() if organization is None else await finding.inside(app, organization)
        use: Any = app.use(getattr(service, use_case))
        return await use(command, actor)

    return run(work)


def check(organization: str | None, *, system: bool) -> None:
    if (organization is None) is not system:
        end(WRONG_USAGE, "Say which organization, or --system.")


def named(names: list[str], *, system: bool) -> tuple[str | None, str]:
    """Return the organization, where one is meant, and the key."""
    if len(names) != (1 if system else 2):
        end(WRONG_USAGE, "Say which organization and which key, or --system and the key.")
    return (None if system else names[0]), names[-1]
