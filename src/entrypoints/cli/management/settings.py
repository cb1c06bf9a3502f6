"""What is set while the service runs: of the installation, an organization, a person."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import confirm, operator, run
from entrypoints.cli.showing import Json, Yes, as_json, details, examples, grid

if TYPE_CHECKING:
    from bootstrap import Application
    from core.models import Actor

Key = Annotated[str, typer.Argument(metavar="KEY", help="As `settings show` names it.")]
Organization = Annotated[
    str | None,
    typer.Option("--organization", "-o", help="An organization's: id or slug.", show_default=False),
]
User = Annotated[
    str | None,
    typer.Option("--user", "-u", help="A person's: id or address.", show_default=False),
]


def add_to(app: typer.Typer) -> None:
    shown = examples("settings show", "settings show --organization engines --json")
    app.command("show", epilog=shown)(show)
    app.command("get", epilog=examples("settings get branding.name"))(get)
    app.command(
        "set",
        epilog=examples(
            'settings set branding.name "Analytical Engines"',
            "settings set locale.language de --organization engines",
            "settings set notifications.news true --user ada@example.com",
        ),
    )(set_)
    app.command("unset", epilog=examples("settings unset branding.name --yes"))(unset)
    app.command(
        "effective",
        epilog=examples("settings effective --organization engines --user ada@example.com"),
    )(effective)


def show(organization: Organization = None, user: User = None, *, json: Json = False) -> None:
    """Show what can be set there while the service runs, and what is."""
    from core.management.settings import schemas, service

    found = _used(service.ListSettings, schemas.SettingsScope, organization, user, {}).items
    if json:
        as_json(found)
    else:
        rows = [(one.key, one.kind, _told(one.value), _told(one.inherited)) for one in found]
        grid(("key", "kind", "set", "otherwise"), rows)


def get(
    key: Key, organization: Organization = None, user: User = None, *, json: Json = False
) -> None:
    """Show one setting; of a secret, whether it is set."""
    from core.management.settings import schemas, service

    details(
        _used(service.GetSetting, schemas.SettingReference, organization, user, {"key": key}),
        json=json,
    )


def set_(
    key: Key,
    value: Annotated[str, typer.Argument(help="JSON, or else a text; - reads the input.")],
    organization: Organization = None,
    user: User = None,
    *,
    json: Json = False,
) -> None:
    """Set something, for the installation unless an organization or a person is named."""
    from core.management.settings import schemas, service

    told = typer.get_text_stream("stdin").read().strip() if value == "-" else value
    command = {"key": key, "value": _value(key, told)}
    details(_used(service.PutSetting, schemas.PutSetting, organization, user, command), json=json)


def unset(
    key: Key, organization: Organization = None, user: User = None, *, yes: Yes = False
) -> None:
    """Take back what was set: what is inherited holds again."""
    from core.management.settings import schemas, service

    confirm(f"Unset {key}?", yes=yes)
    _used(service.UnsetSetting, schemas.UnsetSetting, organization, user, {"key": key})
    typer.echo("It is not set any more.")


def effective(organization: Organization = None, user: User = None, *, json: Json = False) -> None:
    """Show what holds for an organization, for a person, or for a person in an organization."""

    async def work(app: "Application") -> Any:
        from core.management.settings import service

        actor = operator()
        if organization:
            actor = await finding.inside(app, organization)
        who = (await finding.person(app, user)).id if user else None
        return await app.use(service.GetEffectiveSettings)(None, _as(actor, who))

    found = run(work).items
    if json:
        as_json(found)
    else:
        rows = [(one.key, _told(one.value), one.source) for one in found]
        grid(("key", "value", "source"), rows)


def _used(
    use_case: Any,
    command: Any,
    organization: str | None,
    user: str | None,
    about: dict[str, Any],
) -> Any:
    """Run a use case of settings, on whosever they are."""

    async def work(app: "Application") -> Any:
        scope, actor = "system", operator()
        if user:
            scope, actor = "user", _as(actor, (await finding.person(app, user)).id)
        elif organization:
            scope, actor = "organization", await finding.inside(app, organization)
        use: Any = app.use(use_case)
        return await use(command.model_validate({"scope": scope} | about), actor)

    return run(work)


def _as(actor: "Actor", user_id: Any) -> "Actor":
    """Return the operator at a terminal, who asks about somebody."""
    return actor.model_copy(update={"user_id": user_id})


def _value(key: str, told: str) -> Any:
    """Read a value: a setting of texts takes what is written, any other JSON."""
    from pydantic_core import from_json

    from core.management.settings.definitions import BY_KEY

    definition = BY_KEY.get(key)
    if definition is None or definition.kind not in {"bool", "int", "json"}:
        return told
    try:
        return from_json(told)
    except ValueError:
        return told


def _told(value: object) -> object:
    from pydantic_core import to_json

    return to_json(value).decode() if isinstance(value, dict | list) else value
