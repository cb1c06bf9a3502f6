from typing import Annotated

import typer

from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm
from entrypoints.cli.showing import Json, Yes, details, examples
from entrypoints.cli.storage.asking import ID, In, Object, do

app = typer.Typer(help="Files: list, download, upload, delete.", no_args_is_help=True)

SHOWN = ("id", "bucket", "filename", "content_type", "size", "status", "created_at")


@app.command(
    "ls",
    epilog=examples(
        "storage objects ls --org engines --bucket docs --json",
        "storage objects ls --org engines --filter size.gt=1000000 --sort=-size",
    ),
)
@listing()
def list_objects(
    org: In,
    asked: Asked,
    bucket: Annotated[str | None, typer.Option(help="Of this bucket alone.")] = None,
    status: Annotated[str | None, typer.Option(help="In this status, as `deleted`.")] = None,
    q: Annotated[str | None, typer.Option("--name", help="Whose names hold this.")] = None,
) -> None:
    """List files, the newest first."""
    from core.storage import schemas, service

    command = asked.of(schemas.ListObjects, bucket=bucket, status=status, q=q)
    asked.show(do(service.ListObjects, command, org), SHOWN)


@app.command("show", epilog=examples(f"storage objects show {ID} --org engines"))
def show(found: Object, org: In, *, json: Json = False) -> None:
    """Show what is known of a file."""
    from core.storage import schemas, service

    details(
        do(service.GetObject, schemas.ObjectReference.model_validate({"id": found}), org), json=json
    )


@app.command("url", epilog=examples(f"storage objects url {ID} --org engines --seconds 60"))
def url(
    found: Object,
    org: In,
    seconds: Annotated[int | None, typer.Option(help="How long it holds.")] = None,
) -> None:
    """Print an address from which a file can be downloaded, by whoever has it."""
    from core.storage import schemas, service

    options = schemas.DownloadOptions(expires_in=seconds)
    command = schemas.MakeDownloadUrl.model_validate({"id": found, "options": options})
    typer.echo(do(service.MakeDownloadUrl, command, org).url)


@app.command("rm", epilog=examples(f"storage objects rm {ID} --org engines --yes"))
def remove(found: Object, org: In, *, yes: Yes = False) -> None:
    """Delete a file; for some days it can be restored."""
    from core.storage import schemas, service

    confirm(f"Delete the file {found}?", yes=yes)
    do(service.DeleteObject, schemas.ObjectReference.model_validate({"id": found}), org)


@app.command("restore", epilog=examples(f"storage objects restore {ID} --org engines"))
def restore(found: Object, org: In, *, json: Json = False) -> None:
    """Bring a deleted file back."""
    from core.storage import schemas, service

    details(
        do(service.RestoreObject, schemas.ObjectReference.model_validate({"id": found}), org),
        json=json,
    )
