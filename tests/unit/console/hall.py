"""An installation with an organization in it, of which everything is there once."""

from datetime import timedelta
from typing import Any, Final

import pyotp

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.accounts import models, schemas, service
from core.billing import schemas as billing_schemas
from core.billing import service as billing
from core.models import Actor
from core.stats import schemas as stats_schemas
from core.stats import service as stats
from core.storage import schemas as storage_schemas
from core.storage import service as storage
from core.webhooks import schemas as webhooks_schemas
from core.webhooks import service as webhooks
from tests import factories
from tests.clock import FakeClock
from tests.factories import PASSWORD
from tests.unit.billing.desk import CATALOGUE
from tests.unit.console.browser import Browser
from tests.unit.storage.shelves import chunks

SYSTEM: Final = Actor(kind="system")
TERMINAL: Final = Actor(kind="cli")
ODD: Final = "<script>alert(1)</script>"


class Hall:
    def __init__(
        self, application: Application, container: InMemoryContainer, clock: FakeClock
    ) -> None:
        self.application, self.use = application, application.use
        self.container, self.clock = container, clock
        self.opened: list[Browser] = []

    # --- Who is there -----------------------------------------------------------------------------

    async def user(self, **fields: Any) -> models.User:
        """Return somebody who verified their address."""
        known = {"password_hash": f"plain:{PASSWORD}", "email_verified_at": self.clock.now()}
        made = factories.user(**known | {"created_at": self.clock.now()} | fields)
        await self.container.users().add(made)
        return made

    async def founded(self, owner: models.User, **fields: Any) -> models.Organization:
        made = factories.organization(**fields)
        owns = factories.membership(made, owner, "owner")
        await self.container.organizations().add(made, owns)
        return made

    async def joined(self, there: models.Organization, role: str) -> models.User:
        user = await self.user()
        await self.container.memberships().add(factories.membership(there, user, role))
        return user

    def browser(self, base: str = "http://core.example") -> Browser:
        made = Browser(self.application, base)
        self.opened.append(made)
        return made

    async def at_console(self, user: models.User) -> Browser:
        """Return the browser of somebody who signed in."""
        browser = self.browser()
        answer = await browser.sign_in(user.email)
        assert answer.status_code == 303, answer.text
        return browser

    async def staff(self, role: str = "operator") -> Browser:
        """Return the browser of an operator who signed in by two factors."""
        browser = await self.at_console(await self.user(platform_role=role))
        await self.enrol(browser)
        return browser

    async def enrol(self, browser: Browser) -> pyotp.TOTP:
        path = "/console/account/second-factor"
        shown = await browser.send(path, path)
        assert shown.status_code == 200, shown.text
        secret = shown.text.partition("<dt>Secret</dt><dd><code>")[2].partition("</code>")[0]
        totp = pyotp.TOTP(secret)
        code = totp.at(self.clock.now())
        codes = await browser.send(f"{path}/code", f"{path}/code", code=code)
        assert "Your recovery codes" in codes.text, codes.text
        self.clock.forward(seconds=31)  # for a code counts once
        return totp

    async def actor(self, user: models.User, there: models.Organization) -> Actor:
        """Return somebody at work in an organization."""
        pair = await self.use(service.LogIn)(
            schemas.LogIn.model_validate({"email": user.email, "password": PASSWORD}),
            factories.anonymous(),
        )
        credentials = schemas.Credentials(access_token=pair.access_token, organization_id=there.id)
        known = await self.use(service.Authenticate)(credentials, factories.anonymous())
        return known.actor

    async def drain(self) -> None:
        """Carry out what waits."""
        jobs = self.container.jobs()
        assert isinstance(jobs, memory.Jobs)
        await jobs.drain(self.application.carry_out)

    # --- What is there ----------------------------------------------------------------------------

    async def furnish(self, actor: Actor) -> dict[str, str]:
        """Put one of everything into an organization; return what each is called."""
        invited = await self.use(service.InviteMember)(
            schemas.InviteMember(email="bob@example.com"), actor
        )
        made = await self.use(webhooks.CreateEndpoint)(
            webhooks_schemas.CreateEndpoint(url="https://example.com/hook", description=ODD), actor
        )
        reference = webhooks_schemas.EndpointReference(endpoint_id=made.id)
        delivery = await self.use(webhooks.PingEndpoint)(reference, actor)
        return {
            "invitation": str(invited.id),
            "endpoint": str(made.id),
            "delivery": str(delivery.id),
            "file": await self._file(actor),
            **await self._numbers(actor),
        }

    async def _file(self, actor: Actor) -> str:
        await self.use(storage.CreateBucket)(storage_schemas.CreateBucket(name="letters"), actor)
        data = b"hello"
        command = storage_schemas.DirectUpload(
            bucket="letters",
            filename=f"{ODD.replace('/', '')}.txt",
            content_type="text/plain",
            size=len(data),
            chunks=chunks(data),
        )
        return str((await self.use(storage.UploadDirect)(command, actor)).id)

    async def _numbers(self, actor: Actor) -> dict[str, str]:
        events = [
            {
                "name": "order.placed",
                "subject": f"user-{place}",
                "time": (self.clock.now() - timedelta(days=place)).isoformat(),
                "props": {"amount": 5 + place, "note": ODD},
            }
            for place in range(5)
        ]
        await self.use(stats.IngestEvents)(stats_schemas.Ingest(events=events), actor)
        await self.use(stats.CreateMeter)(
            stats_schemas.CreateMeter(slug="orders", title=ODD, event_name="order.placed"), actor
        )
        kinds = {
            "line": {"kind": "trend", "event": "order.placed", "interval": "day"},
            "number": {"kind": "meter", "slug": "orders"},
            "table": {"kind": "trend", "event": "order.placed", "group_by": ["note"]},
            "bar": {"kind": "top", "event": "order.placed", "by": "$subject"},
        }
        reports = [
            await self.use(stats.CreateReport)(
                stats_schemas.CreateReport.model_validate(
                    {"title": f"{chart} {ODD}", "query": query, "chart": chart}
                ),
                actor,
            )
            for chart, query in kinds.items()
        ]
        dashboard = await self.use(stats.CreateDashboard)(
            stats_schemas.CreateDashboard(
                title="How it goes", report_ids=tuple(one.id for one in reports)
            ),
            actor,
        )
        listed = await self.use(stats.ListStatsEvents)(stats_schemas.ListEvents(), actor)
        event = next(one for one in listed.items if one.name == "order.placed")
        return {
            "event": f"{event.id}?time={event.time.isoformat().replace('+', '%2B')}",
            "report": str(reports[0].id),
            "dashboard": str(dashboard.id),
        }

    async def sell(self) -> None:
        command = billing_schemas.ApplyCatalogue(catalogue=CATALOGUE)
        await self.use(billing.ApplyCatalogue)(command, TERMINAL)
