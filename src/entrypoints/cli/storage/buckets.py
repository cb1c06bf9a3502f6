from typing import Annotated

import typer

from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import confirm
from entrypoints.cli.showing import Json, Yes, details, examples
from entrypoints.cli.storage.asking import BucketName, In, do

app = typer.Typer(help="Folders of files, each with rules of its own.", no_args_is_help=True)

SHOWN = ("name", "visibility", "scan_policy", "max_object_bytes", "allowed_types", "created_at")

Visibility = Annotated[str | None, typer.Option(help="`private` or `public`.")]
Largest = Annotated[int | None, typer.Option("--max-bytes", help="The largest file it takes.")]
Types = Annotated[
    list[str] | None, typer.Option("--type", help="Takes these alone, as `image/*`; repeat it.")
]
Scans = Annotated[str | None, typer.Option("--scan", help="`off`, `async` or `required`.")]


@app.command("ls", epilog=examples("storage buckets ls --org engines"))
@listing(limit=100)
def list_buckets(org: In, asked: Asked) -> None:
    """List an organization's buckets."""
    from core.storage import schemas, service

    asked.show(do(service.ListBuckets, asked.of(schemas.ListBuckets), org), SHOWN)


@app.command(
    "create", epilog=examples("storage buckets create avatars --org engines --type 'image/*'")
)
def create(
    name: BucketName,
    org: In,
    visibility: Visibility = None,
    max_bytes: Largest = None,
    types: Types = None,
    scan: Scans = None,
    *,
    json: Json = False,
) -> None:
    """Make a bucket."""
    from core.storage import schemas, service

    rules = _rules(visibility, max_bytes, types, scan)
    command = schemas.CreateBucket.model_validate({"name": name} | rules)
    details(do(service.CreateBucket, command, org), json=json)


@app.command(
    "set", epilog=examples("storage buckets set avatars --org engines --visibility public")
)
def change(
    name: BucketName,
    org: In,
    visibility: Visibility = None,
    max_bytes: Largest = None,
    types: Types = None,
    scan: Scans = None,
    *,
    json: Json = False,
) -> None:
    """Change a bucket's rules, for what comes from now on."""
    from core.storage import schemas, service

    rules = _rules(visibility, max_bytes, types, scan)
    changes = schemas.BucketChanges.model_validate(rules)
    details(
        do(service.UpdateBucket, schemas.UpdateBucket(name=name, changes=changes), org), json=json
    )


@app.command("rm", epilog=examples("storage buckets rm avatars --org engines --yes"))
def remove(name: BucketName, org: In, *, yes: Yes = False) -> None:
    """Remove a bucket that holds no file."""
    from core.storage import schemas, service

    confirm(f"Remove the bucket {name}?", yes=yes)
    do(service.DeleteBucket, schemas.BucketReference(name=name), org)


def _rules(
    visibility: str | None, max_bytes: int | None, types: list[str] | None, scan: str | None
) -> dict[str, object]:
    """Return what was given: what was not stays as it is."""
    given = {
        "visibility": visibility,
        "max_object_bytes": max_bytes,
        "allowed_types": tuple(types) if types else None,
        "scan_policy": scan,
    }
    return {name: value for name, value in given.items() if value is not None}
