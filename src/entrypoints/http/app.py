"""The service over HTTP: its endpoints, what surrounds them, and how it starts and stops."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, cast, override

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bootstrap import Application, Container, Settings
from entrypoints.http import docs, health, problems
from entrypoints.http.accounts import (
    api_keys,
    auth,
    invitations,
    keys,
    me,
    members,
    organizations,
    roles,
)
from entrypoints.http.middleware import SecurityHeaders
from entrypoints.http.openapi import describe
from entrypoints.http.pages import accounts as account_pages
from entrypoints.http.pages import home
from entrypoints.http.pages import invitations as invitation_pages
from entrypoints.http.pages import mails as mail_pages
from entrypoints.http.routing import Dispatch
from entrypoints.http.telemetry import TelemetryMiddleware

ROUTERS: Final = (
    auth.router,
    me.router,
    organizations.router,
    members.router,
    invitations.router,
    invitations.answers,
    keys.router,
    roles.router,
    roles.registry,
    api_keys.router,
    api_keys.introspection,
    home.router,
    account_pages.router,
    invitation_pages.router,
    mail_pages.router,
    docs.router,
    health.router,
)
NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""The framework's own costs four times what ours does."""


class Service(FastAPI):
    """The framework's application with our middleware around all of it, its error page included."""

    @override
    def build_middleware_stack(self) -> ASGIApp:
        application: Application = self.state.application
        settings, telemetry = application.settings, application.container.telemetry()
        stack: Any = super().build_middleware_stack()
        if settings.cors_origins:
            stack = CORSMiddleware(
                stack,
                allow_origins=settings.cors_origins,
                allow_methods=["*"],
                allow_headers=["*"],
                expose_headers=["ETag", "Idempotency-Replayed", "Retry-After", "X-Request-ID"],
            )
        stack = SecurityHeaders(stack, https=settings.public_url.startswith("https:"))
        stack = TelemetryMiddleware(
            stack, metrics=telemetry.metrics, tracer=telemetry.server_tracer
        )
        if settings.trusted_proxies:
            stack = ProxyHeadersMiddleware(stack, trusted_hosts=list(settings.trusted_proxies))
        return cast("ASGIApp", stack)


def create_app(application: Application, *, work: bool = False) -> FastAPI:
    """Build the service around a wired application, and open that; carry out jobs if told to."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with application.opened():
            worker = asyncio.create_task(application.work()) if work else None
            gc.freeze()  # what is loaded stays: the collector need not look at it again
            yield
            if worker is not None:
                worker.cancel()
                with suppress(asyncio.CancelledError):
                    await worker

    app = Service(
        title="Core API",
        version=application.version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    app.state.application = application
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    app.router.middleware_stack = Dispatch(app.router)
    problems.install(app)
    describe(app)
    return app


def served() -> FastAPI:
    """Build the service of one of several processes, as its environment says."""
    settings = Settings().with_secret_keys()
    settings.check()
    return create_app(Application(Container(settings=settings)), work=settings.works)
