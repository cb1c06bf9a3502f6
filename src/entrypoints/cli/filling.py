"""How the demo's organization comes to be: by the same use cases as any other."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer
from pydantic import SecretStr

from bootstrap import Application, Settings, application, database, migrate
from core.accounts import constants, exceptions, models, schemas, service
from core.models import Actor, Model, OrganizationId, PageRequest, UserId
from entrypoints.cli.running import operator

NAME: Final = "Analytical Engines"
SLUG: Final = "analytical-engines"
OWNER: Final = ("ada@example.com", "Ada Lovelace")
MEMBERS: Final = (
    ("charles@example.com", "Charles Babbage", "admin"),
    ("grace@example.com", "Grace Hopper", "admin"),
    ("alan@example.com", "Alan Turing", "member"),
    ("katherine@example.com", "Katherine Johnson", "billing"),
    ("edsger@example.com", "Edsger Dijkstra", "member"),
    ("barbara@example.com", "Barbara Liskov", "member"),
    ("donald@example.com", "Donald Knuth", "viewer"),
    ("radia@example.com", "Radia Perlman", "member"),
    ("tony@example.com", "Tony Hoare", "viewer"),
    ("frances@example.com", "Frances Allen", "member"),
    ("john@example.com", "John Backus", "member"),
)
INVITED: Final = (("joan@example.com", "member"), ("konrad@example.com", "viewer"))
PROMOTED: Final = ("alan@example.com", "admin")
PARTED: Final = ("thomas@example.com", "Thomas Watson", "member")
REGRETTED: Final = "mallory@example.com"


class Made(Model):
    """What the demo consists of, and what of it was not there before."""

    organization_id: OrganizationId
    slug: str = SLUG
    owner: str = OWNER[0]
    joined: int
    invited: int
    link: str | None


async def fill(settings: Settings) -> Made:
    """Make what is missing of the demo, in a database that is migrated first if need be."""
    async with database(settings) as named:
        async with application(named) as app:
            ready = not await app.container.readiness().problems()
        if not ready:
            await migrate(named)
        async with application(named) as app:
            return await Demo(app).fill()


class Demo:
    def __init__(self, app: Application) -> None:
        self.app = app

    async def fill(self) -> Made:
        organization_id, link = await self._organization()
        actor = operator().within(organization_id)
        there = await self._members(actor)
        missing = [one for one in MEMBERS if one[0] not in there]
        with _progress(missing) as people:
            for person in people:
                await self._join(actor, *person)
        invited = await self._invitations(actor)
        await self._history(actor)
        joined = len(missing) + (link is not None)
        if link is None and (joined or invited):
            link = (await self._account(*OWNER)).link
        return Made(organization_id=organization_id, joined=joined, invited=invited, link=link)

    async def _organization(self) -> tuple[OrganizationId, str | None]:
        """Return the organization; the owner's link as well, if it was founded just now."""
        known = schemas.FindOrganization(slug=SLUG)
        try:
            return (await self.app.use(service.FindOrganization)(known, operator())).id, None
        except exceptions.OrganizationNotFound:
            owner = await self._account(*OWNER)
            command = schemas.FoundOrganization(name=NAME, slug=SLUG, owner_id=owner.user.id)
            founded = await self.app.use(service.CreateOrganization)(command, operator())
            return founded.id, owner.link

    async def _account(self, email: str, name: str) -> schemas.PasswordLink:
        """Open an account, or find it; return the link by which its password is chosen."""
        command = schemas.CreateUser(email=email, display_name=name)
        try:
            return await self.app.use(service.CreateUser)(command, operator())
        except exceptions.EmailTaken:
            known = await self.app.use(service.GetUser)(schemas.FindUser(email=email), operator())
            reference = schemas.UserReference(user_id=known.id)
            return await self.app.use(service.SendPasswordLink)(reference, operator())

    async def _members(self, actor: Actor) -> dict[str, UserId]:
        page = await self.app.use(service.ListMembers)(PageRequest(limit=100), actor)
        return {member.email: member.user_id for member in page.items}

    async def _open(self, actor: Actor) -> dict[str, models.Invitation]:
        page = await self.app.use(service.ListInvitations)(PageRequest(limit=100), actor)
        return {one.email: one for one in page.items if one.status == "pending"}

    async def _join(self, actor: Actor, email: str, name: str, role: str) -> None:
        """Invite somebody, and have them choose a password and accept as they would themselves."""
        made = await self._account(email, name)
        if not made.user.email_verified:
            choice = schemas.ResetPassword(
                token=SecretStr(made.link.partition("token=")[2]),
                new_password=SecretStr(secrets.token_urlsafe(24)),  # which nobody remembers
            )
            await self.app.use(service.ResetPassword)(choice, Actor(kind="anonymous"))
        invited = await self._invited(actor, email, role)
        payload = invited.organization_id.bytes + invited.id.bytes
        token = self.app.container.seals().seal(constants.INVITATION_SEAL, payload)
        answer = schemas.AnswerInvitation(token=SecretStr(token))
        person = Actor(kind="user", user_id=made.user.id)
        await self.app.use(service.AcceptInvitation)(answer, person)

    async def _invited(self, actor: Actor, email: str, role: str) -> models.Invitation:
        """Invite somebody, or find the invitation of a run that was interrupted."""
        command = schemas.InviteMember(email=email, role=role)
        try:
            return await self.app.use(service.InviteMember)(command, actor)
        except exceptions.AlreadyInvited:
            return (await self._open(actor))[email]

    async def _invitations(self, actor: Actor) -> int:
        known = await self._open(actor)
        missing = [one for one in INVITED if one[0] not in known]
        for email, role in missing:
            await self._invited(actor, email, role)
        return len(missing)

    async def _history(self, actor: Actor) -> None:
        """Have something happen once: a promotion, a parting, an invitation that was a mistake."""
        last = schemas.ListAuditEvents(action="invitation.revoked", limit=1)
        if (await self.app.use(service.ListAuditEvents)(last, actor)).items:
            return
        if PARTED[0] not in await self._members(actor):
            await self._join(actor, *PARTED)
        members = await self._members(actor)
        email, role = PROMOTED
        promotion = schemas.ChangeMemberRole(user_id=members[email], role=role)
        await self.app.use(service.ChangeMemberRole)(promotion, actor)
        parting = schemas.UserReference(user_id=members[PARTED[0]])
        await self.app.use(service.RemoveMember)(parting, actor)
        mistake = await self._invited(actor, REGRETTED, "member")
        undoing = schemas.InvitationReference(invitation_id=mistake.id)
        await self.app.use(service.RevokeInvitation)(undoing, actor)


@contextmanager
def _progress[T](items: list[T]) -> Iterator[Iterator[T]]:
    if not sys.stderr.isatty():
        yield iter(items)
        return
    with typer.progressbar(items, label="People", file=sys.stderr) as shown:
        yield iter(shown)
