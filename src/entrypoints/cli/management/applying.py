"""Collections as files: what applying one would change, and having it so."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.management import files
from entrypoints.cli.management.using import Org, System, check, used
from entrypoints.cli.running import REFUSED, WRONG_USAGE, confirm, end
from entrypoints.cli.showing import Json, Yes, as_json, examples, grid

if TYPE_CHECKING:
    from core.management.collections.schemas import Applied, ApplyView, CollectionView

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[FILE] [ORGANIZATION]", help="A YAML; - is the input."),
]
Template = Annotated[
    str | None, typer.Option(help="Apply a template instead of a file: `templates` lists them.")
]
Prune = Annotated[bool, typer.Option("--prune", help="Delete collections that are not in it.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands: files have no name of their own among them."""
    app.command(
        "export",
        epilog=examples(
            "collections export engines > collections.yaml",
            "collections export engines --key tickets --key faq",
            "collections export --system > shared.yaml",
        ),
    )(export)
    app.command(
        "plan",
        epilog=examples(
            "collections plan collections.yaml engines",
            "collections plan --template changelog engines",
            "collections plan shared.yaml --system",
        ),
    )(plan)
    app.command(
        "apply",
        epilog=examples(
            "collections apply collections.yaml engines",
            "collections apply --template changelog engines",
            "collections apply shared.yaml --system --yes",
        ),
    )(apply)
    app.command(
        "templates",
        epilog=examples(
            "collections templates", "collections templates changelog > collections.yaml"
        ),
    )(templates)


def export(
    organization: Org = None,
    key: Annotated[list[str] | None, typer.Option(help="Only that one; may be repeated.")] = None,
    *,
    system: System = False,
    json: Json = False,
) -> None:
    """Print collections as a file that `apply` takes."""
    from core.management.collections.models import Definition

    check(organization, system=system)
    found = [one for one in everything(organization, system=system) if one.shared is system]
    for wanted in key or ():
        if not any(one.key == wanted for one in found):
            end(REFUSED, f"There is no collection {wanted}.")
    definitions = [
        Definition.model_validate({name: getattr(one, name) for name in Definition.model_fields})
        for one in reversed(found)
        if not key or one.key in key
    ]
    if json:
        as_json({"collections": definitions})
    else:
        typer.echo(files.written(definitions), nl=False)


def plan(
    names: Names = None,
    template: Template = None,
    *,
    prune: Prune = False,
    system: System = False,
    json: Json = False,
) -> None:
    """Say what applying a file would change, and which records are in its way."""
    organization, told = _told(names, template, system=system)
    view = _applied(organization, told, prune=prune, system=system, dry_run=True)
    if json:
        as_json(view)
    else:
        files.show(view.plans)
    if any(one.violations for one in view.plans):
        raise typer.Exit(REFUSED)


def apply(
    names: Names = None,
    template: Template = None,
    *,
    prune: Prune = False,
    system: System = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make collections be as a file says: + comes, ~ changes, - goes. Asks before it destroys."""
    organization, told = _told(names, template, system=system)
    view = _applied(organization, told, prune=prune, system=system, dry_run=True)
    if not json:
        files.show(view.plans)
    if any(one.destroys for one in view.plans):
        confirm("Lose what is marked with -?", yes=yes)
    view = _applied(organization, told, prune=prune, system=system, dry_run=False)
    if json:
        as_json(view)
    elif any(one.action != "none" for one in view.plans):
        typer.echo("It is done; records follow where they have to.")


def templates(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Print its file.")] = None,
    *,
    json: Json = False,
) -> None:
    """List the collections to begin with, or print one as a file."""
    view = used("ListCollectionTemplates", None, None)
    if name is not None:
        typer.echo(files.written(_template(view.items, name)), nl=False)
    elif json:
        as_json(view.items)
    else:
        rows = [(one.name, [each.title for each in one.collections]) for one in view.items]
        grid(("name", "collections"), rows)


def _template(items: Any, name: str) -> Any:
    for one in items:
        if one.name == name:
            return list(one.collections)
    names = ", ".join(one.name for one in items)
    return end(WRONG_USAGE, f"There is no template {name}: there are {names}.")


def _told(
    names: list[str] | None, template: str | None, *, system: bool
) -> "tuple[str | None, Applied]":
    """Return the organization, where one is meant, and what a file or a template says."""
    from core.management.collections.schemas import Applied

    left = list(names or ())
    organization = None if system else left.pop() if left else None
    check(organization, system=system)
    if len(left) != (0 if template else 1):
        end(WRONG_USAGE, "Say a file, or --template, and then the organization, or --system.")
    if template is None:
        return organization, files.read(Path(left[0]))
    view = used("ListCollectionTemplates", None, None)
    return organization, Applied(collections=tuple(_template(view.items, template)))


def _applied(
    organization: str | None, told: "Applied", *, prune: bool, system: bool, dry_run: bool
) -> "ApplyView":
    from core.management.collections.schemas import ApplyCollections

    how = {"prune": prune, "system": system, "dry_run": dry_run}
    command = ApplyCollections.model_validate(dict(told) | how)
    view: ApplyView = used("ApplyCollections", organization, command)
    return view


def everything(organization: str | None, *, system: bool) -> "list[CollectionView]":
    from core.management.collections.schemas import ListCollections

    found: list[CollectionView] = []
    cursor = None
    while True:
        query = ListCollections(limit=100, cursor=cursor, system=system)
        page = used("ListCollections", organization, query)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found
