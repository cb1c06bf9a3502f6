"""Lists by page, and questions before something is done that can't be undone."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from core.models import Model
from entrypoints.http.console.routing import beside
from entrypoints.http.console.visits import here
from entrypoints.http.pages.forms import Posted

type Endpoint = Callable[..., Awaitable[Response]]


def asked[C: Model](request: Request, schema: type[C], **more: Any) -> C:
    """Make a query of what the address says; what it does not know is let pass."""
    return Posted.of(request.query_params.multi_items()).command(schema, **more)


def older(request: Request, cursor: object | None) -> str | None:
    """Return the address of the next page of a list, with all else that was asked for."""
    if cursor is None:
        return None
    kept = {name: one for name, one in request.query_params.items() if name != "cursor" and one}
    return f"{request.url.path}?{urlencode(kept | {'cursor': str(cursor)})}"


def question(
    router: APIRouter,
    path: str,
    *,
    title: str,
    about: str,
    button: str,
    back: str,
    subject: Callable[..., Awaitable[str]] | None = None,
) -> Callable[[Endpoint], Endpoint]:
    """Ask on a page of its own before something is done: the same address shows and does it.

    `subject` says what it is about; `back` is where to go without doing it.
    """

    async def ask(request: Request) -> Response:
        about_what = await subject(request) if subject else None
        return here(request).page(
            "confirm.html",
            title=title,
            about=about,
            button=button,
            subject=about_what,
            back=back.format_map(_named(request.path_params)),
        )

    def decorate(act: Endpoint) -> Endpoint:
        attempted = beside(ask)(act)
        router.get(path, name=f"ask_{getattr(act, '__name__', 'it')}")(ask)
        router.post(path)(attempted)
        return attempted

    return decorate


def _named(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(one) for name, one in parameters.items()}
