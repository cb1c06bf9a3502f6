"""Something to look at: an organization with people, invitations and a history."""

from typing import TYPE_CHECKING, Any, Final

import typer

from entrypoints.cli.running import WRONG_USAGE, end, operator, run, settings

if TYPE_CHECKING:
    from bootstrap import Application

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
)
INVITED: Final = (("joan@example.com", "member"), ("konrad@example.com", "viewer"))


def demo() -> None:
    """Fill a development database with an organization, its people and their history."""
    if settings().environment == "production":
        end(WRONG_USAGE, "Not in production: this makes people who do not exist.")
    link = run(_fill)
    if link is None:
        typer.echo(f"The organization {SLUG} is there already.")
        return
    typer.echo(f"Made the organization {SLUG}: {len(MEMBERS) + 1} members, {len(INVITED)} invited.")
    typer.echo(
        f"Sign in as {OWNER[0]} once a password is chosen here; the link works once:\n{link}"
    )


async def _fill(app: "Application") -> str | None:
    from core.accounts import exceptions, schemas, service

    found = schemas.FindOrganization(slug=SLUG)
    try:
        await app.use(service.FindOrganization)(found, operator())
    except exceptions.OrganizationNotFound:
        pass
    else:
        return None
    owner, link = await _person(app, *OWNER)
    command = schemas.FoundOrganization(name="Analytical Engines", slug=SLUG, owner_id=owner.id)
    organization = await app.use(service.CreateOrganization)(command, operator())
    actor = operator().within(organization.id)
    with typer.progressbar(MEMBERS, label="People") as people:
        for email, name, role in people:
            await _member(app, actor, email, name, role)
    for email, role in INVITED:
        await app.use(service.InviteMember)(schemas.InviteMember(email=email, role=role), actor)
    return link


async def _person(app: "Application", email: str, name: str) -> tuple[Any, str]:
    """Open an account, or find it, and say by which link its password is chosen."""
    from core.accounts import exceptions, schemas, service

    command = schemas.CreateUser(email=email, display_name=name)
    try:
        made = await app.use(service.CreateUser)(command, operator())
    except exceptions.EmailTaken:
        known = await app.use(service.GetUser)(schemas.FindUser(email=email), operator())
        reference = schemas.UserReference(user_id=known.id)
        made = await app.use(service.SendPasswordLink)(reference, operator())
    await app.container.users().mark_verified(made.user.id, app.container.clock().now())
    return made.user, made.link


async def _member(app: "Application", actor: Any, email: str, name: str, role: str) -> None:
    """Invite somebody and have them accept, as they would themselves."""
    from pydantic import SecretStr

    from core.accounts import constants, schemas, service
    from core.models import Actor

    user, _ = await _person(app, email, name)
    invited = await app.use(service.InviteMember)(
        schemas.InviteMember(email=email, role=role), actor
    )
    payload = invited.organization_id.bytes + invited.id.bytes
    token = app.container.seals().seal(constants.INVITATION_SEAL, payload)
    answer = schemas.AnswerInvitation(token=SecretStr(token))
    await app.use(service.AcceptInvitation)(answer, Actor(kind="user", user_id=user.id))
