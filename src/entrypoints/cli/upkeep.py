"""Commands about the service itself: its settings, its API document, its health."""

from typing import Annotated, Final

import typer

from entrypoints.cli.running import UNAVAILABLE, WRONG_USAGE, end, run, settings
from entrypoints.cli.showing import Json, as_json

configuration = typer.Typer(help="What the environment decides.", no_args_is_help=True)

SECRETS: Final = {"database_url", "database_owner_url", "secret_keys", "mail_url"}


@configuration.command("check")
def check() -> None:
    """Say everything that is not safe in production, at once."""
    problems = settings().problems()
    if problems:
        end(WRONG_USAGE, "\n".join(f"- {problem}" for problem in problems))
    typer.echo("The settings are safe for their environment.")


@configuration.command("list")
def list_settings(*, json: Json = False) -> None:
    """List every setting and its value; secrets are masked."""
    read = settings()
    values = {
        f"CORE_{name.upper()}": "********" if name in SECRETS and value else _plain(value)
        for name, value in ((name, getattr(read, name)) for name in type(read).model_fields)
    }
    if json:
        as_json(values)
        return
    for name, value in values.items():
        typer.echo(f"{name}={value}")


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return "" if value is None else str(value)


@configuration.command("docs")
def docs() -> None:
    """Print the reference of all settings, as docs/reference/settings.md holds it."""
    from bootstrap import Settings

    typer.echo(Settings.reference(), nl=False)


def openapi() -> None:
    """Print the OpenAPI document of the HTTP API."""
    from bootstrap import Application, InMemoryContainer
    from entrypoints.http.app import create_app

    container = InMemoryContainer(settings=settings().with_secret_keys())
    as_json(create_app(Application(container)).openapi())


def doctor(
    *, strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False
) -> None:
    """Look for what is wrong: settings, database, keys, mail; exits with 3 if something is."""
    from entrypoints.cli.examining import examine

    found = run(examine)
    for level, about, sentence in found:
        typer.echo(f"{level:<5} {about:<10} {sentence}")
    bad = {"fail", "warn"} if strict else {"fail"}
    if any(level in bad for level, _, _ in found):
        end(UNAVAILABLE, "Something needs care.")
