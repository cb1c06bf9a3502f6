"""How a request finds its endpoint, and what is checked on the way."""

import inspect
import warnings
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import cached_property
from http import HTTPStatus
from itertools import chain
from typing import Any, ClassVar, Final, override

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Receive, Scope, Send

from core.exceptions import FieldError, ImpersonationReadOnly, Malformed
from core.listing import ListRequest
from core.service import UseCase, halts
from entrypoints.http import bodies, fields, idempotency, listing
from entrypoints.http.dependencies import application, authenticate
from entrypoints.http.injection import given, injected, queried

# The framework hushes it where it makes a field; what models defer, warns when it is used first.
warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)

type Handler = Callable[[Request], Coroutine[Any, Any, Response]]

WRITES: Final = frozenset({"POST", "PATCH"})
TENANTS: Final = "organizations"
FILTER: Final = "filter[field][operator]"
SECURED: Final[dict[str, Any]] = {"security": [{"bearer": []}]}


class UnknownParameter(Malformed):
    """This endpoint knows no such query parameter."""


class StrictRoute(APIRoute):
    """Knows who asks before it reads what they ask, refuses query parameters nobody declared,
    answers idempotency keys, and changes nothing while the service is read-only."""

    lenient: ClassVar[bool] = False
    """Whether parameters that nobody declared are let pass."""

    repeatable: ClassVar[bool] = True
    """Whether a request with an idempotency key is answered from what was kept of the first."""

    body_limit: ClassVar[int | None] = bodies.LIMIT
    """How many bytes are taken; None leaves that to whoever reads them."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        marks = given(endpoint).values()
        self.queried = queried(endpoint)
        self.authenticated = any(mark.authenticated for mark in marks)
        use_cases = [mark.use_case for mark in marks if mark.use_case is not None]
        self.changes = any(map(halts, use_cases)) or not use_cases
        if use_cases and not options.get("summary"):
            options |= _told(use_cases[0], endpoint)
        if self.authenticated:
            options["openapi_extra"] = SECURED | (options.get("openapi_extra") or {})
        reads = self.authenticated and set(options.get("methods") or ()) == {"GET"}
        answer = inspect.signature(endpoint).return_annotation
        self.shown = fields.shown(answer) if reads else None
        if self.shown is not None:
            options["openapi_extra"] |= {"parameters": self._described()}
        super().__init__(path, injected(endpoint), **options)

    def _described(self) -> list[dict[str, Any]]:
        """Describe the parameters that are no single value of a model."""
        lists = (one for one in self.queried.values() if issubclass(one, ListRequest))
        return [*chain(*map(listing.parameters, lists)), fields.PARAMETER]

    @override
    def get_route_handler(self) -> Handler:
        handler = self._handler_of_the_framework()
        writes = bool((self.methods or set()) & WRITES)
        replays = self.repeatable and writes and "/auth/" not in self.path

        async def handle(request: Request) -> Response:
            actor = (await authenticate(request)).actor if self.authenticated else None
            if request.method not in bodies.BODILESS:
                if actor is not None and actor.read_only:
                    raise ImpersonationReadOnly  # before anything else; the core refuses them too
                if self.changes:
                    await application(request).container.switchboard().require_writable(actor)
            if request.scope["query_string"] and not self.lenient:
                _refuse_unknown(request, self._query_names)
            if replays and idempotency.HEADER in request.headers:
                return await idempotency.replayed(request, handler)
            if self.shown is not None:
                return await _shown(request, self.shown, handler)
            return await handler(request)

        return handle

    def _handler_of_the_framework(self) -> Handler:
        """Have it document models of the query, and leave reading them to us."""
        documented = self.dependant
        others = [one for one in documented.query_params if one.name not in self.queried]
        self.dependant = replace(documented, query_params=others)
        try:
            return super().get_route_handler()
        finally:
            self.dependant = documented

    @cached_property
    def _query_names(self) -> frozenset[str]:
        flat = get_flat_params(Dependant(query_params=_query_fields(self.dependant)))
        names = {field.alias for field in flat}
        if "filter" in names:
            names = names - {"filter"} | {FILTER}
        return frozenset(names if self.shown is None else names | {fields.NAME})


def _told(use_case: type[UseCase], endpoint: Callable[..., Any]) -> dict[str, str]:
    """Describe an endpoint by its use case, unless it says more of itself."""
    first, _, more = (inspect.getdoc(use_case) or "").partition("\n\n")
    summary = {"summary": " ".join(first.split()).removesuffix(".")}
    return summary | ({"description": more} if more and not endpoint.__doc__ else {})


def _query_fields(dependant: Dependant) -> list[Any]:
    return [*dependant.query_params, *chain(*map(_query_fields, dependant.dependencies))]


def _refuse_unknown(request: Request, known: frozenset[str]) -> None:
    asked = set(request.query_params)
    if FILTER in known:
        asked = {name for name in asked if not name.startswith(listing.PREFIX)}
    unknown = sorted(asked - known)
    if unknown:
        hint = f"Use one of: {', '.join(sorted(known))}." if known else "It takes none."
        raise UnknownParameter(
            hint, errors=[FieldError(f"/query/{name}", "unknown", hint) for name in unknown]
        )


async def _shown(request: Request, shown: fields.Shown, handler: Handler) -> Response:
    names = shown.asked(request) if request.scope["query_string"] else None
    answer = await handler(request)
    if answer.status_code != HTTPStatus.OK:
        return answer
    if fields.unchanged(request, answer):
        return fields.nothing_new(answer)
    return answer if names is None else shown.cut(answer, names)


class LenientRoute(StrictRoute):
    """For callers who add what they like to the address, as sign-in providers do."""

    lenient = True


class OwnIdempotencyRoute(StrictRoute):
    """For use cases that wait for others, and so remember requests by themselves."""

    repeatable = False


class StreamingRoute(StrictRoute):
    """Takes a body of any size, as it comes."""

    repeatable = False
    body_limit: ClassVar[int | None] = None


def router(prefix: str, tag: str, route_class: type[StrictRoute] = StrictRoute) -> APIRouter:
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        route_class=route_class,
        generate_unique_id_function=_operation,
    )


def _operation(route: APIRoute) -> str:
    """Name an operation for generated clients: `auth.log_in`."""
    return f"{route.tags[0]}.{route.name}"


class Dispatch:
    """Looks only at the routes that share a request's first words.

    The framework tries every route in turn, so that the last of two hundred costs more than the
    work it does. Here the words that tell routes apart are looked up: the one behind /v1, and
    behind /v1/organizations/{id} the next one; and how many there are in all.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        self._routes: defaultdict[tuple[str | int, ...], list[BaseRoute]] = defaultdict(list)
        for route in router.routes:
            if isinstance(route, Route):
                self._routes[_words(route.path)].append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._router.app(scope, receive, send)
            return
        allowed: set[str] = set()
        for route in self._routes.get(_words(scope["path"]), ()):
            match, child_scope = route.matches(scope)
            if match is Match.FULL:
                scope["router"], scope["route"] = self._router, route
                scope.update(child_scope)
                limit = getattr(route, "body_limit", bodies.LIMIT)
                await route.handle(scope, bodies.limited(scope, receive, limit), send)
                return
            if match is Match.PARTIAL and isinstance(route, Route):
                allowed |= route.methods or set()
        if allowed:
            headers = {"Allow": ", ".join(sorted(allowed))}
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers=headers)
        await self._router.app(scope, receive, send)


def _words(path: str) -> tuple[str | int, ...]:
    parts, number = path.split("/", 5), path.count("/")
    if len(parts) > 4 and parts[2] == TENANTS:  # noqa: PLR2004 - /v1/organizations/{id}/here
        return number, parts[1], TENANTS, parts[4]
    return number, *parts[1:3]
