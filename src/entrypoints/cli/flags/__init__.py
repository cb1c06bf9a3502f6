"""What is switched on, and for whom."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.flags.wording import PERCENT, as_written, rules, shown
from entrypoints.cli.listing import Asked, listing
from entrypoints.cli.running import WRONG_USAGE, confirm, end, run
from entrypoints.cli.showing import (
    Json,
    Org,
    Yes,
    as_json,
    examples,
    grid,
)
from entrypoints.cli.stats.options import told

if TYPE_CHECKING:
    from bootstrap import Application
    from core.management.flags.schemas import FlagView
    from core.models import Actor

app = typer.Typer(help="What is switched on, and for whom.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="KEY", help="The flag's key.")]
File = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="What it is, as JSON; - is the input.")
]
Rollout = Annotated[
    str | None,
    typer.Option(
        metavar="VARIANT=PERCENT",
        help="How many of those whom no other rule serves are served a variant: on=12.5.",
    ),
]


@app.command("list", epilog=examples("flags list engines", "flags list engines --prefix new-"))
@listing(limit=100)
def list_flags(
    organization: Org,
    asked: Asked,
    prefix: Annotated[str | None, typer.Option(help="What the keys begin with.")] = None,
) -> None:
    """List the flags, the newest first."""
    from core.management.flags import schemas

    page = _used("ListFlags", organization, asked.of(schemas.ListFlags, q=prefix))
    asked.show(page, ("key", "type", "enabled", "default", "rules", "title"), rules=rules)


@app.command("show", epilog=examples("flags show engines new-checkout --json"))
def show(organization: Org, key: Key, *, json: Json = False) -> None:
    """Show what a flag says, and to whom."""
    from core.management.flags import schemas

    shown(_used("GetFlag", organization, schemas.FlagReference(key=key)), json=json)


@app.command(
    "create",
    epilog=examples(
        "flags create engines new-checkout --title 'The new checkout'",
        "flags create engines banner banner.json",
    ),
)
def create(
    organization: Org,
    key: Key,
    file: File = None,
    title: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    *,
    json: Json = False,
) -> None:
    """Make a flag: of a file, or a switch that is off for all until a rule says otherwise."""
    from core.management.flags import schemas

    command = schemas.CreateFlag.model_validate(
        _definition(file) | {"key": key} | ({"title": title} if title else {})
    )
    shown(_used("CreateFlag", organization, command), json=json)


@app.command(
    "set",
    epilog=examples(
        "flags set engines new-checkout --rollout on=10",
        "flags set engines banner banner.json",
        "flags set engines banner - < banner.json",
    ),
)
def set_flag(
    organization: Org,
    key: Key,
    file: File = None,
    rollout: Rollout = None,
    *,
    json: Json = False,
) -> None:
    """Have a flag be what a file says, or change who is served a variant of it.

    Whoever is served it already stays so while it grows.
    """
    from core.management.flags import schemas

    if (file is None) is (rollout is None):
        end(WRONG_USAGE, "Name either a file or a --rollout.")
    if rollout is not None:
        shown(_rolled_out(organization, key, *_share(rollout)), json=json)
        return
    definition = schemas.FlagDefinition.model_validate(_definition(file))
    command = schemas.PutFlag(key=key, definition=definition)
    shown(_used("PutFlag", organization, command).flag, json=json)


@app.command("enable", epilog=examples("flags enable engines new-checkout"))
def enable(organization: Org, key: Key, *, json: Json = False) -> None:
    """Switch a flag on: its rules say who is served what."""
    _switched(organization, key, enabled=True, json=json)


@app.command("disable", epilog=examples("flags disable engines new-checkout"))
def disable(organization: Org, key: Key, *, json: Json = False) -> None:
    """Switch a flag off: all are served its default."""
    _switched(organization, key, enabled=False, json=json)


@app.command("delete", epilog=examples("flags delete engines new-checkout --yes"))
def delete(organization: Org, key: Key, *, yes: Yes = False) -> None:
    """Forget a flag: whoever still asks for it is told that there is none."""
    from core.management.flags import schemas

    confirm(f"Forget the flag {key}?", yes=yes)
    _used("DeleteFlag", organization, schemas.DeleteFlag(key=key))
    typer.echo("It is deleted.")


@app.command(
    "eval",
    epilog=examples(
        """flags eval engines new-checkout --context '{"targetingKey": "user-1"}'""",
        """flags eval engines --context '{"targetingKey": "user-1", "country": "de"}'""",
    ),
)
def evaluate(
    organization: Org,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="Of all, without.")] = None,
    context: Annotated[str, typer.Option(help="Who asks, as a JSON object.")] = "{}",
    *,
    json: Json = False,
) -> None:
    """See what a flag says to somebody, as programs are told it; without a key, all of them."""
    from core.management.flags import schemas

    asked = {"context": _object(context, "The context")}
    if key is not None:
        query = schemas.EvaluateFlag.model_validate(asked | {"key": key})
        said = [_used("EvaluateFlag", organization, query)]
    else:
        said = _used("EvaluateFlags", organization, schemas.EvaluateFlags.model_validate(asked))
    if json:
        as_json(said if key is None else said[0])
        return
    rows = [
        (
            *(one["key"], one.get("variant"), as_written(one.get("value"))),
            one.get("reason") or one["errorCode"],
        )
        for one in said
    ]
    grid(("key", "variant", "value", "reason"), rows)


def _used(use_case: str, organization: str, command: object) -> Any:
    """Run a use case of flags by its name, inside an organization."""

    async def work(app: "Application") -> Any:
        from core.management.flags import service

        actor = await finding.inside(app, organization)
        use: Any = app.use(getattr(service, use_case))
        return await use(command, actor)

    return run(work)


def _switched(organization: str, key: str, *, enabled: bool, json: bool) -> None:
    from core.management.flags import schemas

    command = schemas.ToggleFlag(key=key, enabled=enabled)
    shown(_used("ToggleFlag", organization, command), json=json)


def _rolled_out(organization: str, key: str, variant: str, share: int) -> "FlagView":
    """Serve a variant to a share of those whom no other rule serves, and the default to the rest.

    It is refused if somebody else changes the flag meanwhile.
    """

    async def work(app: "Application") -> "FlagView":
        from core.management.flags import constants, schemas, service

        actor: Actor = await finding.inside(app, organization)
        found = await app.use(service.GetFlag)(schemas.FlagReference(key=key), actor)
        split = {found.default: constants.BUCKETS - share} | {variant: share}
        if variant == found.default:
            end(WRONG_USAGE, f"{variant} is the default, which is served to the rest anyhow.")
        others = [rule for rule in found.rules if rule.all]
        changes = schemas.FlagChanges(rules=(*others, schemas.Targeting(split=split)))
        command = schemas.UpdateFlag(key=key, changes=changes, expected_version=found.version)
        return await app.use(service.UpdateFlag)(command, actor)

    return run(work)


def _share(rollout: str) -> tuple[str, int]:
    """Return the variant, and how many in ten thousand."""
    variant, _, percent = rollout.partition("=")
    try:
        share = Decimal(percent) * PERCENT
    except InvalidOperation:
        share = Decimal(-1)
    if not variant or share != int(share) or not 0 <= share <= PERCENT * PERCENT:
        end(WRONG_USAGE, f"{rollout} is no rollout: write on=10, or on=0.25, up to on=100.")
    return variant, int(share)


def _definition(file: Path | None) -> dict[str, Any]:
    return {} if file is None else _object(told(file), str(file))


def _object(text: str, what: str) -> dict[str, Any]:
    from json import loads

    try:
        found = loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        end(WRONG_USAGE, f"{what} is no JSON object.")
    return found
