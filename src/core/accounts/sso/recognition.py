from typing import Final

from pydantic import TypeAdapter, ValidationError

from core.accounts import constants, events, letters, models, policies, ports, tokens
from core.accounts.claiming import Claiming
from core.accounts.fields import Email
from core.accounts.sso import exceptions, linking
from core.accounts.sso import models as sso
from core.accounts.sso import ports as sso_ports
from core.models import Actor, Line, OrganizationId, UserId
from core.ports import AuditLog, Clock, Events, Ids, Jobs, Switchboard
from core.service import Collaborator

EMAIL: Final = TypeAdapter[str](Email)
NAME: Final = TypeAdapter[str](Line)


class Recognition(Collaborator):
    """Finds out whose account it is that a provider vouches for, and opens one for a newcomer.

    Call it inside a transaction.
    """

    users: ports.Users
    memberships: ports.Memberships
    invitations: ports.Invitations
    one_time_tokens: ports.OneTimeTokens
    seats: ports.Seats
    identities: sso_ports.Identities
    organization_domains: sso_ports.OrganizationDomains
    claiming: Claiming
    switchboard: Switchboard
    audit: AuditLog
    events: Events
    jobs: Jobs
    clock: Clock
    ids: Ids

    async def __call__(
        self, connection: sso.Connection, assertion: sso.Assertion, actor: Actor
    ) -> models.User:
        """Return the user; raise what `linking.decide` says, SsoSignupDisabled or SignUpsClosed."""
        identity = await self.identities.find(connection.id, assertion)
        email = _fit(EMAIL, assertion.email) or ""
        local = await (self.users.get(identity.user_id) if identity else self.users.by_email(email))
        outcome = linking.decide(
            linking.Facts(
                known=identity is not None,
                email=bool(email),
                trusted=await self._trusted(connection, assertion, email),
                local=_standing(local),
                tenant=connection.organization_id is not None,
                jit=connection.jit_enabled,
            )
        )
        if not isinstance(outcome, str):
            raise outcome
        user = await self._settled(outcome, local, connection, assertion, actor)
        if connection.organization_id:
            await self._admit(user, connection, connection.organization_id, actor)
        return user

    async def _trusted(
        self, connection: sso.Connection, assertion: sso.Assertion, email: str
    ) -> bool:
        if connection.organization_id is None:
            return connection.trusts_email and assertion.email_verified
        return await self.organization_domains.proven(
            connection.organization_id, email.partition("@")[2]
        )

    async def _settled(
        self,
        outcome: linking.Outcome,
        local: models.User | None,
        connection: sso.Connection,
        assertion: sso.Assertion,
        actor: Actor,
    ) -> models.User:
        if local is None:
            await self._check_open(connection, assertion)
            user = await self._created(outcome, assertion, actor)
            await self._link(user, connection, assertion, actor)
            return user
        if outcome == "log_in":
            return local
        user = await self.claiming(local, actor) if outcome == "claim" else local
        await self.link(user, connection, assertion, actor)
        return user

    async def _check_open(self, connection: sso.Connection, assertion: sso.Assertion) -> None:
        """Refuse who is new while nobody is taken, unless an organization wants them."""
        await self.switchboard.require_writable(None)
        email = _fit(EMAIL, assertion.email) or ""
        invited = connection.organization_id or await self.invitations.for_email(
            email, self.clock.now()
        )
        if not invited:
            await self.switchboard.require_sign_ups()

    async def link(
        self, user: models.User, connection: sso.Connection, assertion: sso.Assertion, actor: Actor
    ) -> sso.Identity:
        """Let an identity into an account that was there before, and tell its owner (6.3.7)."""
        identity = await self._link(user, connection, assertion, actor)
        now = identity.created_at
        await self.jobs.defer(letters.identity_linked(user, connection.name, now, actor.ip))
        return identity

    async def _link(
        self, user: models.User, connection: sso.Connection, assertion: sso.Assertion, actor: Actor
    ) -> sso.Identity:
        identity = sso.Identity(
            id=sso.IdentityId(self.ids.new()),
            user_id=user.id,
            connection_id=connection.id,
            issuer=assertion.issuer,
            subject=assertion.subject,
            email_at_link=assertion.email,
            created_at=self.clock.now(),
        )
        await self.identities.add(identity)
        await self.audit.record(
            actor,
            "identity.linked",
            target=("user", user.id),
            organization_id=connection.organization_id,
            connection_id=str(connection.id),
        )
        return identity

    async def _created(
        self, outcome: linking.Outcome, assertion: sso.Assertion, actor: Actor
    ) -> models.User:
        now = self.clock.now()
        user = models.User(
            id=UserId(self.ids.new()),
            email=_fit(EMAIL, assertion.email) or "",
            email_verified_at=now if outcome == "create_verified" else None,
            display_name=_fit(NAME, assertion.name),
            created_at=now,
            updated_at=now,
        )
        await self.users.add(user)
        await self.audit.record(actor, "user.registered", target=("user", user.id), method="sso")
        await self.events.publish(events.UserRegistered(user_id=user.id, at=now))
        if user.email_verified_at is None:
            token = tokens.one_time_token(
                self.ids.new(), user, "verify_email", now, constants.VERIFICATION_LIFETIME
            )
            await self.one_time_tokens.add(token)
            await self.jobs.defer(letters.verify_email(user, token))
        return user

    async def _admit(
        self,
        user: models.User,
        connection: sso.Connection,
        organization_id: OrganizationId,
        actor: Actor,
    ) -> None:
        """Make them a member if they are none: with what they were invited for, if they were."""
        if await self.memberships.get(organization_id, user.id):
            return
        now = self.clock.now()
        theirs = await self.invitations.for_email(user.email, now)
        invited = next((one for one in theirs if one.organization_id == organization_id), None)
        if invited is None and not connection.jit_enabled:
            raise exceptions.SsoSignupDisabled
        role = invited.role if invited else connection.default_role
        if invited:
            await self.invitations.settle(organization_id, invited.id, "accepted", now)
        await policies.check_seat(self.seats, organization_id, invited=False)
        await self.memberships.add(
            models.Membership(
                organization_id=organization_id, user_id=user.id, role=role, created_at=now
            )
        )
        await self.audit.record(
            actor,
            "member.added",
            target=("user", user.id),
            organization_id=organization_id,
            role=role,
            method="sso",
        )
        await self.events.publish(
            events.MemberAdded(organization_id=organization_id, user_id=user.id, role=role, at=now)
        )


def _fit(kind: TypeAdapter[str], said: str | None) -> str | None:
    """Return what a provider said as we write such a thing, or nothing if it is none."""
    try:
        return kind.validate_python(said)
    except ValidationError:
        return None


def _standing(user: models.User | None) -> linking.Local:
    if user is None:
        return "none"
    return "verified" if user.email_verified_at else "unverified"
