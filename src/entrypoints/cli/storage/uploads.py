import typer

from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm
from entrypoints.cli.showing import Yes, examples
from entrypoints.cli.storage.asking import ID, In, Upload, do

app = typer.Typer(help="Uploads that are not complete.", no_args_is_help=True)

SHOWN = ("id", "bucket", "filename", "size", "status", "created_at")


@app.command("ls", epilog=examples("storage uploads ls --org engines"))
@listing()
def list_uploads(org: In, asked: Asked) -> None:
    """List files that were announced and did not arrive yet."""
    from core.storage import schemas, service

    command = asked.of(schemas.ListObjects, status="pending")
    asked.show(do(service.ListObjects, command, org), SHOWN)


@app.command("abort", epilog=examples(f"storage uploads abort {ID} --org engines --yes"))
def abort(upload: Upload, org: In, *, yes: Yes = False) -> None:
    """Give an upload up, and free its room."""
    from core.storage import schemas, service

    confirm(f"Give up the upload {upload}?", yes=yes)
    do(service.AbortUpload, schemas.UploadReference.model_validate({"id": upload}), org)
