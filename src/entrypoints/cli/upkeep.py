"""Commands about the service itself: its settings, its API document, its health."""

from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli.running import UNAVAILABLE, WRONG_USAGE, end, settings
from entrypoints.cli.showing import Json, as_json, examples, grid

if TYPE_CHECKING:
    from bootstrap import Settings

configuration = typer.Typer(
    help="What the environment decides, and what is set while the service runs.",
    no_args_is_help=True,
)


@configuration.command("check", epilog=examples("settings check", "settings check --production"))
def check(
    *,
    production: Annotated[
        bool, typer.Option("--production", help="As if CORE_ENVIRONMENT were production.")
    ] = False,
) -> None:
    """Say everything that is wrong with the settings, or not safe in production, at once."""
    read = settings()
    if production:
        read = read.model_copy(update={"environment": "production"})
    if problems := wrong(read):
        end(WRONG_USAGE, "\n".join(f"- {problem}" for problem in problems))
    typer.echo(f"The settings are fit for {read.environment}.")


def wrong(read: "Settings") -> list[str]:
    """Return what is unsafe, and what is only noticed when the service is put together."""
    import secrets

    from pydantic import SecretStr

    from bootstrap import Application, Container, UnfitSettings
    from settings import problems

    keys = read.secret_keys or (SecretStr(secrets.token_urlsafe(48)),)  # none is made for a look
    try:
        Application(Container(settings=read.model_copy(update={"secret_keys": keys})))
    except UnfitSettings as error:
        return [*problems(read), str(error)]
    return problems(read)


@configuration.command("list", epilog=examples("settings list", "settings list --json"))
def list_settings(*, json: Json = False) -> None:
    """List every setting and its value; secrets are masked."""
    read = settings(brief=False)
    rows = [
        {
            "name": f"CORE_{name.upper()}",
            "value": _shown(getattr(read, name), given=name in read.model_fields_set),
            "default": name not in read.model_fields_set,
        }
        for name in type(read).model_fields
    ]
    if json:
        as_json(rows)
    else:
        grid(("name", "value", "default"), [list(row.values()) for row in rows])


def _shown(value: object, *, given: bool) -> str:
    from pydantic import SecretStr

    if isinstance(value, tuple):
        return ",".join(_shown(one, given=given) for one in value)
    if isinstance(value, SecretStr):
        return "********" if given else value.get_secret_value()
    return "" if value is None else str(value)


@configuration.command("docs", epilog=examples("settings docs > docs/reference/settings.md"))
def docs() -> None:
    """Print the reference of all settings, as docs/reference/settings.md holds it."""
    from settings import reference

    typer.echo(reference(), nl=False)


def openapi() -> None:
    """Print the OpenAPI document of the HTTP API."""
    from bootstrap import Application, InMemoryContainer
    from entrypoints.http.app import create_app

    container = InMemoryContainer(settings=settings().with_secret_keys())
    as_json(create_app(Application(container)).openapi())


def doctor(
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False,
    json: Json = False,
) -> None:
    """Look for what is wrong; exits with 3 if something is.

    It looks at the settings, the database, its revision and its clock, the role that serves, the
    signing keys, dead jobs, where mails go, and how long a password takes to hash.
    """
    import asyncio

    from entrypoints.cli.examining import Finding, examine

    found = asyncio.run(examine(settings()))
    if json:
        as_json([finding._asdict() for finding in found])
    else:
        grid(Finding._fields, found)
    bad = {"fail", "warn"} if strict else {"fail"}
    if any(finding.level in bad for finding in found):
        end(UNAVAILABLE, "Something needs care.")
