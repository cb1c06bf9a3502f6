"""How a command reaches the core, and how it ends when it is refused."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

import typer

if TYPE_CHECKING:
    from bootstrap import Application, Settings
    from core.models import Actor
    from core.service import UseCase

REFUSED: Final = 1
WRONG_USAGE: Final = 2
UNAVAILABLE: Final = 3


def run[R](work: Callable[["Application"], Awaitable[R]]) -> R:
    """Do something with the wired service; whatever refuses becomes a sentence and a code."""
    from bootstrap import application

    async def wired() -> R:
        async with application(settings()) as app:
            return await work(app)

    return guarded(lambda: asyncio.run(wired()))


def use(use_case: "type[UseCase]", command: object, actor: "Actor | None" = None) -> Any:
    """Run one use case as the operator, or as somebody else."""

    async def work(app: "Application") -> Any:
        return await cast("Any", app.use(use_case))(command, actor or operator())

    return run(work)


def operator() -> "Actor":
    """Return who is asking at a terminal: whoever may run commands may do everything."""
    from core.models import Actor

    return Actor(kind="cli")


def settings() -> "Settings":
    """Read the environment; a short command logs warnings alone unless told otherwise."""
    from bootstrap import Settings

    read = Settings()
    quiet = "log_level" not in read.model_fields_set
    return read.model_copy(update={"log_level": "warning"}) if quiet else read


def guarded[R](work: Callable[[], R]) -> R:
    """Do something; end with a sentence and a code where it is refused."""
    from pydantic import ValidationError

    from bootstrap import ServerFailed, UnsafeSettings
    from core.exceptions import CoreError, Unavailable

    try:
        return work()
    except Unavailable as error:
        end(UNAVAILABLE, f"{error.code}: {error}")
    except CoreError as error:
        lines = [f"{error.code}: {error}", *(f"  {e.pointer}: {e.detail}" for e in error.errors)]
        end(REFUSED, "\n".join(lines))
    except ValidationError as error:
        wrong = (f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        end(WRONG_USAGE, "\n".join(["This does not fit:", *wrong]))
    except UnsafeSettings as error:
        end(WRONG_USAGE, f"These settings are not safe in production:\n{error}")
    except ServerFailed as error:
        end(UNAVAILABLE, str(error))


def end(code: int, message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def secret(prompt: str, *, stdin: bool) -> str:
    """Read a secret without showing it: never from the arguments, which others can see."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        end(WRONG_USAGE, "There is no terminal to ask at: give it on standard input, with --stdin.")
    return cast("str", typer.prompt(prompt, hide_input=True))


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something is destroyed; where nobody can answer, refuse."""
    if yes:
        return
    if not sys.stdin.isatty():
        end(WRONG_USAGE, f"{question} Say --yes: there is no terminal to ask at.")
    typer.confirm(question, abort=True)
