"""Places for the contracts of tenants' ports to play in."""

from bootstrap import Container
from core.accounts import models, policies
from core.models import Actor
from tests import factories


async def founded(container: Container) -> tuple[models.Organization, models.User]:
    """Return an organization and its owner."""
    owner, organization = await known(container), factories.organization()
    owns = factories.membership(organization, owner, "owner")
    await container.organizations().add(organization, owns)
    return organization, owner


async def joined(
    container: Container, organization: models.Organization, role: str = "member"
) -> models.User:
    """Return a new member of an organization."""
    user = await known(container)
    await container.memberships().add(factories.membership(organization, user, role))
    return user


async def known(container: Container, **fields: object) -> models.User:
    """Return a user whom the adapters know."""
    user = factories.user(**fields)
    await container.users().add(user)
    return user


async def owning(container: Container) -> Actor:
    """Return the owner of a new organization, at work in it."""
    made, user = await founded(container)
    actor = Actor(kind="user", user_id=user.id, organization_id=made.id, role="owner")
    return as_role(container, actor, "owner")


def as_role(container: Container, actor: Actor, role: str) -> Actor:
    """Return the same one as if they had another role."""
    permissions = policies.permissions_of(role, container.permissions())
    return actor.evolve(role=role, permissions=permissions)
