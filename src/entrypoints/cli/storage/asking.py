"""How commands ask about the files of one organization."""

from typing import TYPE_CHECKING, Annotated, Any, Final, cast
from uuid import UUID

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import run

if TYPE_CHECKING:
    from bootstrap import Application
    from core.service import UseCase

ID: Final = "01a211e2-fe8d-71a2-8032-f144a1ea2d19"
"""Of a file, in examples."""

In = Annotated[str, typer.Option("--org", metavar="ORGANIZATION", help="An id or a slug.")]
Object = Annotated[UUID, typer.Argument(metavar="OBJECT", help="Its id.")]
Upload = Annotated[UUID, typer.Argument(metavar="UPLOAD", help="Its id.")]
BucketName = Annotated[str, typer.Argument(metavar="BUCKET", help="Its name.")]


def do(use_case: "type[UseCase]", command: object, organization: str) -> Any:
    """Run one use case as the operator in an organization."""

    async def work(app: "Application") -> Any:
        actor = await finding.inside(app, organization)
        return await cast("Any", app.use(use_case))(command, actor)

    return run(work)
