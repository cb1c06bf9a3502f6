"""The product team's own nouns."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.management import applying
from entrypoints.cli.management.using import Org, OrgKey, System, check, named, used
from entrypoints.cli.running import confirm
from entrypoints.cli.showing import Json, Yes, as_json, details, examples, grid

if TYPE_CHECKING:
    from core.management.collections.schemas import CollectionView

app = typer.Typer(help="The product team's own nouns.", no_args_is_help=True)
applying.add_to(app)


@app.command("list", epilog=examples("collections list engines", "collections list --system"))
@listing(limit=100)
def list_collections(organization: Org = None, *, asked: Asked, system: System = False) -> None:
    """List collections, the newest first; those that all share are among them."""
    from core.management.collections.schemas import ListCollections

    check(organization, system=system)
    page = used("ListCollections", organization, asked.of(ListCollections, system=system))
    asked.show(
        page,
        ("key", "title", "fields", "version", "state", "shared"),
        fields=lambda one: len(one.fields),
    )


@app.command(
    "show", epilog=examples("collections show engines tickets", "collections show --system faq")
)
def show(names: OrgKey, *, system: System = False, json: Json = False) -> None:
    """Show what a record of a collection holds, and who may do what with one."""
    organization, key = named(names, system=system)
    found = _collection(organization, key, system=system)
    if json:
        as_json(found)
        return
    details(found.model_copy(update={"fields": [one.key for one in found.fields]}), json=False)
    typer.echo()
    rows = [(one.key, one.title, one.type, _traits(one)) for one in found.fields]
    grid(("field", "label", "type", "traits"), rows)


@app.command(
    "delete",
    epilog=examples("collections delete engines tickets", "collections delete --system faq"),
)
def delete(names: OrgKey, *, system: System = False, yes: Yes = False) -> None:
    """Delete a collection with its records; for 30 days `restore` brings it back."""
    from core.management.collections.schemas import DeleteCollection

    organization, key = named(names, system=system)
    confirm(f"Delete {key} with its records?", yes=yes)
    used("DeleteCollection", organization, DeleteCollection(key=key, system=system))
    typer.echo("It is deleted.")


@app.command("restore", epilog=examples("collections restore engines tickets"))
def restore(names: OrgKey, *, system: System = False, json: Json = False) -> None:
    """Bring back the collection of that key that was deleted last, with its records."""
    from core.management.collections.schemas import CollectionReference

    organization, key = named(names, system=system)
    reference = CollectionReference(key=key, system=system)
    back = used("RestoreCollection", organization, reference)
    if json:
        as_json(back)
    else:
        typer.echo(f"{key} is back.")


@app.command("schema", epilog=examples("collections schema engines tickets > tickets.json"))
def schema(
    names: OrgKey,
    *,
    system: System = False,
    openapi: Annotated[
        bool, typer.Option("--openapi", help="An OpenAPI document instead.")
    ] = False,
) -> None:
    """Print the JSON Schema of a record."""
    from core.management.collections.schemas import CollectionReference

    organization, key = named(names, system=system)
    use_case = "GetCollectionOpenapi" if openapi else "GetCollectionSchema"
    as_json(used(use_case, organization, CollectionReference(key=key, system=system)))


def _collection(organization: str | None, key: str, *, system: bool) -> "CollectionView":
    from core.management.collections.schemas import CollectionReference

    reference = CollectionReference(key=key, system=system)
    found: CollectionView = used("GetCollection", organization, reference)
    return found


def _traits(field: Any) -> str:
    names = ("required", "unique", "indexed", "read_only", "immutable", "hidden")
    return ", ".join(name for name in names if getattr(field, name, False))
