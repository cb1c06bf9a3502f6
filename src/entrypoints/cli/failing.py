"""What went wrong, as a sentence and an exit code. Loaded once something did."""

from collections.abc import Iterator

from psycopg import OperationalError
from pydantic import ValidationError

from bootstrap import ProgramFailed, ServerFailed, UnfitSettings
from core.exceptions import CoreError, Unavailable
from entrypoints.cli.running import REFUSED, UNAVAILABLE, WRONG_USAGE


def explanation(error: Exception) -> tuple[int, str] | None:
    """Return the exit code and what to say, or None for what nobody foresaw."""
    match error:
        case Unavailable():
            return UNAVAILABLE, f"{error.code}: {error}"
        case CoreError():
            lines = [
                f"{error.code}: {error}",
                *(f"  {e.pointer}: {e.detail}" for e in error.errors),
            ]
            return REFUSED, "\n".join(lines)
        case ValidationError():
            return WRONG_USAGE, "\n".join(["This does not fit:", *_wrong(error)])
        case UnfitSettings():
            return WRONG_USAGE, str(error)
        case ServerFailed() | ProgramFailed():
            return UNAVAILABLE, str(error)
        case _:
            return _of_a_tool(error)


def _wrong(error: ValidationError) -> Iterator[str]:
    """Name each field that is wrong, a setting as the environment names it; never its value."""
    for one in error.errors(include_input=False, include_url=False):
        name = ".".join(map(str, one["loc"]))
        shown = f"CORE_{name.upper()}" if error.title == "Settings" else name
        yield f"  {f'{shown}: ' if name else ''}{one['msg']}"


def _of_a_tool(error: Exception) -> tuple[int, str] | None:
    """Tell what Alembic says from our own mistakes; it is loaded by few commands, so not here."""
    if isinstance(error, OSError) and error.filename:
        return UNAVAILABLE, f"{error.filename}: {error.strerror}"
    causes: list[BaseException] = [error]
    while cause := causes[-1].__cause__:
        causes.append(cause)
    for one in causes:
        if isinstance(one, OperationalError):
            return UNAVAILABLE, f"unavailable: {str(one).strip()}"
    if type(error).__module__.startswith("alembic."):
        return REFUSED, str(error)
    return None
