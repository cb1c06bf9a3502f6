"""How a command reaches the core, and how it ends when it is refused."""

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

import typer

if TYPE_CHECKING:
    from bootstrap import Application, Settings
    from core.models import Actor
    from core.service import UseCase

REFUSED: Final = 1
WRONG_USAGE: Final = 2
UNAVAILABLE: Final = 3

UNWANTED: Final = ("fastapi", "werkzeug", "rich")
"""What libraries load if they can, 0.5 s of CPU: dependency-injector, to wire what we wire
ourselves, and httpx, to be a command."""


def run[R](work: Callable[["Application"], Awaitable[R]], *, brief: bool = True) -> R:
    """Do something with the wired service.

    A brief command logs warnings alone, unless told otherwise, and keeps no numbers about itself.
    """
    import asyncio

    read = settings(brief=brief)
    from bootstrap import application

    async def wired() -> R:
        async with application(read) as app:
            try:
                return await work(app)
            except Exception as error:
                await _blame_the_database(app, error)
                raise

    return asyncio.run(wired())


async def _blame_the_database(app: "Application", error: Exception) -> None:
    """Say what to do about a database that is not migrated, rather than which table is missing."""
    from pydantic import ValidationError

    from core.exceptions import CoreError, Unavailable

    if isinstance(error, CoreError | ValidationError | typer.Exit):
        return
    if problems := await app.container.readiness().problems():
        raise Unavailable("\n".join(problems)) from error


def use(use_case: "type[UseCase]", command: object, actor: "Actor | None" = None) -> Any:
    """Run one use case as the operator, or as somebody else."""

    async def work(app: "Application") -> Any:
        return await cast("Any", app.use(use_case))(command, actor or operator())

    return run(work)


def operator() -> "Actor":
    """Return who is asking at a terminal: whoever may run commands may do everything."""
    from core.models import Actor

    return Actor(kind="cli")


def settings(*, brief: bool = True) -> "Settings":
    """Read the environment, as somebody who works beside the service."""
    read = environment().beside()
    if not brief:
        return read
    quiet = {} if "log_level" in read.model_fields_set else {"log_level": "warning"}
    return read.model_copy(update={"metrics": False} | quiet)


def environment() -> "Settings":
    """Read the environment as it is."""
    with sparing():
        from bootstrap import Settings

    try:
        return Settings()
    except UnicodeDecodeError:
        end(WRONG_USAGE, "The file .env can't be read: it is not UTF-8.")


@contextmanager
def sparing() -> Iterator[None]:
    """Have what is loaded first leave out what it can do without."""
    absent = [name for name in UNWANTED if name not in sys.modules]
    modules = cast("dict[str, object]", sys.modules)
    modules.update(dict.fromkeys(absent))  # None: whoever tries to import it is told it isn't there
    try:
        yield
    finally:
        for name in absent:
            del modules[name]


def guarded[R](work: Callable[[], R]) -> R:
    """Do something; end with a sentence and a code where it is refused."""
    try:
        return work()
    except Exception as error:
        from entrypoints.cli.failing import explanation

        if (explained := explanation(error)) is None:
            raise
        end(*explained)


def end(code: int, message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def secret(prompt: str, given: str | None = None, *, stdin: bool) -> str:
    """Read a secret without showing it; a password is never `given`, for others see arguments."""
    if given is not None:
        return given
    if stdin:
        line = sys.stdin.readline()
        return line.rstrip("\r\n") if line else end(WRONG_USAGE, f"{prompt}: the input has ended.")
    if not sys.stdin.isatty():
        end(WRONG_USAGE, f"{prompt}: there is no terminal to ask at. See --help for other ways.")
    return cast("str", typer.prompt(prompt, hide_input=True))


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something is destroyed; where nobody can answer, refuse."""
    if yes:
        return
    if not sys.stdin.isatty():
        end(WRONG_USAGE, f"{question} Say --yes: there is no terminal to ask at.")
    typer.confirm(question, abort=True)
