"""A session of an organization's own single sign-on: somebody there, and nobody elsewhere.

Whoever runs that sign-on can come as any member, so such a session learns and decides nothing of
what its person is outside of the organization.
"""

from typing import Any

import pytest
from pydantic import SecretStr

from core.accounts import exceptions, schemas, service
from core.accounts.mfa import service as mfa
from core.accounts.passkeys import service as passkeys
from core.accounts.sso import service as sso
from core.exceptions import PermissionDenied
from core.models import Actor, PageRequest
from tests import factories
from tests.unit.accounts.world import World


async def scoped(world: World) -> Actor:
    """Return an owner who came by their organization's own sign-on, right now."""
    organization, owner = await world.founded()
    session = factories.session(await world.found(owner), scope_organization_id=organization.id)
    await world.container.sessions().add(session)
    return owner.model_copy(
        update={"scope_organization_id": organization.id, "session_id": session.id}
    )


async def elsewhere(world: World, actor: Actor) -> None:
    """Make the same person a member and a guest of other organizations, signed in at large."""
    user = await world.found(actor)
    other, _ = await world.founded()
    await world.container.memberships().add(factories.membership(other, user))
    inviting, _ = await world.founded()
    await world.container.invitations().add(factories.invitation(inviting, email=user.email))
    await world.container.sessions().add(factories.session(user))


async def test_it_sees_its_own_organization_and_sessions_alone(world: World) -> None:
    actor = await scoped(world)
    await elsewhere(world, actor)
    at_large = actor.model_copy(update={"scope_organization_id": None})

    async def seen(asking: Actor) -> tuple[int, int, int]:
        pages = (
            await world.use(service.ListMyOrganizations)(PageRequest(), asking),
            await world.use(service.ListMyInvitations)(None, asking),
            await world.use(service.ListSessions)(None, asking),
        )
        first, second, third = (len(page.items) for page in pages)
        return first, second, third

    assert await seen(actor) == (1, 0, 1)
    assert await seen(at_large) == (2, 1, 2)


@pytest.mark.parametrize(
    ("use_case", "command"),
    [
        (service.CreateOrganization, schemas.CreateOrganization(name="Elsewhere")),
        (service.AcceptInvitation, schemas.AnswerInvitation(token=SecretStr("x"))),
        (service.RevokeOtherSessions, None),
        (mfa.GetMfaStatus, None),
        (passkeys.ListPasskeys, None),
        (sso.ListIdentities, None),
    ],
)
async def test_it_learns_and_decides_nothing_over_the_account(
    world: World, use_case: Any, command: Any
) -> None:
    actor = await scoped(world)

    with pytest.raises(PermissionDenied, match="single sign-on"):
        await world.use(use_case)(command, actor)


async def test_it_ends_itself_and_no_other_session(world: World) -> None:
    actor = await scoped(world)
    other = factories.session(await world.found(actor))
    await world.container.sessions().add(other)
    end = world.use(service.RevokeSession)
    assert actor.session_id is not None

    with pytest.raises(exceptions.SessionNotFound):
        await end(schemas.RevokeSession(session_id=other.id), actor)
    await end(schemas.RevokeSession(session_id=actor.session_id), actor)
