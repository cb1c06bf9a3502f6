"""People and organizations for use cases to work on, and what use cases leave behind."""

from typing import Any

from pydantic import SecretStr

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.accounts import events, models, policies, schemas, service
from core.audit import AuditEvent
from core.events.models import FanOut
from core.mails.models import RenderedMail, SendMail
from core.models import Actor, Event, Job
from core.service import UseCase
from tests import factories
from tests.clock import FakeClock
from tests.factories import PASSWORD

SYSTEM = Actor(kind="system")
OPERATOR = Actor(kind="cli")
OTHER_PASSWORD = "another long and winding sentence"


class Listen(UseCase):
    """Hear of everything: only for what is heard are there events."""

    async def __call__(self, _: Event, __: Actor) -> None: ...


class World:
    """An installation in memory, whose clock stands still."""

    def __init__(
        self, application: Application, container: InMemoryContainer, clock: FakeClock
    ) -> None:
        self.use = application.use
        self.application = application
        self.container = container
        self.clock = clock
        self.carried_out: list[Job] = []
        container.subscribers().subscriptions.extend(
            (kind, Listen) for kind in vars(events).values() if _is_event(kind)
        )

    # --- Who is there -----------------------------------------------------------------------------

    async def user(self, password: str = PASSWORD, **fields: Any) -> models.User:
        """Return somebody who verified their address, unless told otherwise."""
        made = factories.user(
            **{"password_hash": f"plain:{password}", "email_verified_at": self.clock.now()} | fields
        )
        await self.container.users().add(made)
        return made

    async def operator(self, role: str = "operator") -> Actor:
        user = await self.user(platform_role=role)
        return Actor(kind="user", user_id=user.id, platform_role=user.platform_role, strong=True)

    async def founded(self) -> tuple[models.Organization, Actor]:
        """Return an organization and its owner, at work in it."""
        owner, organization = await self.user(), factories.organization()
        owns = factories.membership(organization, owner, "owner")
        await self.container.organizations().add(organization, owns)
        return organization, self.at_work(owner, organization, "owner")

    async def member(self, organization: models.Organization, role: str = "member") -> Actor:
        """Return a new member, at work in the organization."""
        user = await self.user()
        await self.container.memberships().add(factories.membership(organization, user, role))
        return self.at_work(user, organization, role)

    def at_work(self, user: models.User, organization: models.Organization, role: str) -> Actor:
        return Actor(
            kind="user",
            user_id=user.id,
            authenticated_at=self.clock.now(),
            organization_id=organization.id,
            role=role,
            permissions=policies.permissions_of(role, self.container.permissions()),
        )

    async def role(self, organization: models.Organization, who: Actor) -> str | None:
        """Return the role that somebody has by now."""
        found = await self.container.memberships().get(organization.id, who.require_user())
        return found.role if found else None

    async def found(self, user: models.User | Actor) -> models.User:
        """Return somebody as they are by now."""
        user_id = user.require_user() if isinstance(user, Actor) else user.id
        found = await self.container.users().get(user_id)
        assert found is not None
        return found

    # --- Signing in -------------------------------------------------------------------------------

    async def log_in(
        self, user: models.User, password: str = PASSWORD, **fields: Any
    ) -> schemas.TokenPair:
        origin = factories.anonymous(**fields.pop("origin", {}))
        command = schemas.LogIn.model_validate({"email": user.email, "password": password} | fields)
        return await self.use(service.LogIn)(command, origin)

    async def refresh(self, pair: schemas.TokenPair) -> schemas.TokenPair:
        command = schemas.RefreshSession(refresh_token=SecretStr(pair.refresh_token))
        return await self.use(service.RefreshSession)(command, factories.anonymous())

    async def actor(
        self, pair: schemas.TokenPair, organization: models.Organization | None = None
    ) -> Actor:
        """Return who is asking with this access token, about an organization if one is named."""
        credentials = schemas.Credentials(
            access_token=pair.access_token,
            organization_id=organization.id if organization else None,
        )
        principal = await self.use(service.Authenticate)(credentials, factories.anonymous())
        return principal.actor

    async def signed_in(self, user: models.User, password: str = PASSWORD) -> Actor:
        return await self.actor(await self.log_in(user, password))

    @property
    def hashes(self) -> int:
        """How many passwords were hashed or compared so far."""
        hasher = self.container.hasher()
        assert isinstance(hasher, memory.PlainHasher)
        return hasher.asked

    # --- What is left behind ----------------------------------------------------------------------

    @property
    def audited(self) -> list[AuditEvent]:
        return list(self.container.store().table(AuditEvent).values())

    @property
    def actions(self) -> list[str]:
        return [row.action for row in self.audited]

    @property
    def jobs(self) -> list[Job]:
        queue = self.container.jobs()
        assert isinstance(queue, memory.Jobs)
        return [job for job, _ in queue.waiting]

    @property
    def letters(self) -> list[SendMail]:
        """The mails that wait to be sent."""
        return [job for job in self.jobs if isinstance(job, SendMail)]

    @property
    def published(self) -> list[str]:
        """The topics of the events that wait to be told."""
        return [job.topic.removeprefix("accounts.") for job in self.jobs if isinstance(job, FanOut)]

    def forget(self) -> None:
        """Begin to look from here on: at rows, jobs and mails that come later."""
        self.container.store().table(AuditEvent).clear()
        queue, mailer = self.container.jobs(), self.container.mailer()
        assert isinstance(queue, memory.Jobs)
        assert isinstance(mailer, memory.Mailer)
        queue.waiting.clear()
        mailer.sent.clear()

    async def delivered(self) -> list[tuple[str, RenderedMail]]:
        """Carry out every job; return who was sent what."""
        queue, mailer = self.container.jobs(), self.container.mailer()
        assert isinstance(queue, memory.Jobs)
        assert isinstance(mailer, memory.Mailer)
        await queue.drain(self._carry_out)
        return mailer.sent

    async def _carry_out(self, job: Job) -> None:
        self.carried_out.append(job)
        await self.application.carry_out(job)

    async def mailed_token(self, to: str) -> SecretStr:
        """Return the token behind the link that somebody was mailed last."""
        texts = [mail.text for address, mail in await self.delivered() if address == to]
        [line] = [one for one in texts[-1].splitlines() if one.startswith("http")]
        return SecretStr(line.partition("=")[2])


def _is_event(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
