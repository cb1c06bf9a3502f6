"""The service over HTTP: its endpoints, what surrounds them, and how it starts and stops."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final, cast, override

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bootstrap import Application
from entrypoints.http import console, docs, flags, health, management, problems, stats, webhooks
from entrypoints.http.accounts import (
    admin,
    api_keys,
    auth,
    closing,
    connections,
    domains,
    identities,
    impersonation,
    invitations,
    keys,
    mail_login,
    me,
    members,
    mfa,
    organizations,
    passkeys,
    privacy,
    roles,
    sso,
)
from entrypoints.http.billing import admin as billing_admin
from entrypoints.http.billing import entitlements, payments, plans, subscriptions
from entrypoints.http.middleware import SecurityHeaders
from entrypoints.http.openapi import describe
from entrypoints.http.pages import accounts as account_pages
from entrypoints.http.pages import checkout as checkout_pages
from entrypoints.http.pages import home
from entrypoints.http.pages import invitations as invitation_pages
from entrypoints.http.pages import mails as mail_pages
from entrypoints.http.pages import privacy as privacy_pages
from entrypoints.http.routing import Dispatch
from entrypoints.http.siblings import Siblings
from entrypoints.http.storage import buckets, content, objects, scans, tus, uploads
from entrypoints.http.telemetry import TelemetryMiddleware

ROUTERS: Final = (
    auth.router,
    me.router,
    organizations.router,
    closing.organization,
    closing.mine,
    closing.admin,
    members.router,
    invitations.router,
    invitations.answers,
    admin.router,
    sso.router,
    sso.callback,
    identities.router,
    connections.INSTALLATION,
    connections.ORGANIZATION,
    domains.router,
    domains.enforcement,
    keys.router,
    mfa.router,
    mfa.challenges,
    mail_login.router,
    passkeys.router,
    passkeys.logins,
    privacy.router,
    impersonation.router,
    privacy_pages.router,
    roles.router,
    roles.registry,
    api_keys.router,
    api_keys.introspection,
    buckets.router,
    buckets.usage,
    buckets.quota,
    uploads.router,
    uploads.direct,
    tus.router,
    objects.router,
    objects.copies,
    content.router,
    content.public,
    content.signed,
    scans.router,
    plans.router,
    plans.webhooks,
    subscriptions.router,
    subscriptions.orders,
    payments.invoices,
    payments.paying,
    payments.methods,
    payments.setups,
    entitlements.router,
    billing_admin.router,
    billing_admin.organizations,
    billing_admin.refunds,
    billing_admin.commands,
    *stats.ROUTERS,
    *management.ROUTERS,
    webhooks.topics,
    webhooks.router,
    webhooks.deliveries,
    *flags.ROUTERS,
    home.router,
    checkout_pages.router,
    account_pages.router,
    invitation_pages.router,
    mail_pages.router,
    *console.ROUTERS,
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
                expose_headers=[
                    "ETag",
                    "Idempotency-Replayed",
                    "RateLimit",
                    "Retry-After",
                    "X-Request-ID",
                    *tus.EXPOSED,
                ],
            )
        stack = SecurityHeaders(stack, https=settings.public_url.startswith("https:"))
        stack = TelemetryMiddleware(
            stack, metrics=telemetry.metrics, tracer=telemetry.server_tracer
        )
        if settings.trusted_proxies:
            stack = ProxyHeadersMiddleware(stack, trusted_hosts=list(settings.trusted_proxies))
        return cast("ASGIApp", stack)


def create_app(
    application: Application, *, work: bool = False, siblings: Path | None = None
) -> FastAPI:
    """Build the service around a wired application, and open that; carry out jobs if told to.

    Processes that share a port meet in the folder `siblings`.
    """
    render = application.container.telemetry().render_metrics
    family = Siblings(siblings, render) if siblings else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with application.opened(), family.listening() if family else nullcontext():
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
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    app.state.application = application
    app.state.siblings = family
    describe(app)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    app.router.middleware_stack = Dispatch(app.router)
    problems.install(app)
    return app
