"""How a command reaches the core, shows what it got, and ends when it is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn

import typer
from pydantic import ValidationError

from core.exceptions import CoreError, Unavailable
from core.models import Actor

if TYPE_CHECKING:
    from bootstrap import Application

REFUSED: Final = 1
WRONG_USAGE: Final = 2
UNAVAILABLE: Final = 3

OPERATOR: Final = Actor(kind="cli")


def run[R](work: Callable[["Application"], Awaitable[R]]) -> R:
    """Do something with the wired service; whatever refuses becomes a sentence and a code."""
    # Loading the adapters takes longer than all of --help, so it waits until something is run.
    from bootstrap import application  # noqa: PLC0415

    async def wired() -> R:
        async with application(settings()) as app:
            return await work(app)

    return guarded(lambda: asyncio.run(wired()))


def settings() -> Any:
    """Read the environment; a short command logs warnings alone unless told otherwise."""
    from bootstrap import Settings  # noqa: PLC0415

    read = Settings()
    quiet = "log_level" not in read.model_fields_set
    return read.model_copy(update={"log_level": "warning"}) if quiet else read


def guarded[R](work: Callable[[], R]) -> R:
    from bootstrap import ServerFailed, UnsafeSettings  # noqa: PLC0415

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
