"""Owners who go while others lean on them: somebody who can sign in is always left behind.

Without a password to check, which would let one in after the other.
"""

import asyncio
from typing import Any

from bootstrap import Application
from core.accounts import exceptions, models, policies, schemas, service
from core.accounts.privacy import service as privacy
from core.models import Actor
from tests import factories
from tests.contracts.founding import founded, joined, known

OPERATOR = Actor(kind="cli")
TIMES = 20


async def at_once(*asked: Any) -> list[str]:
    results = await asyncio.gather(*asked, return_exceptions=True)
    return [type(one).__name__ for one in results]


def delete(wired: Application, user: models.User) -> Any:
    return wired.use(privacy.DeleteUser)(schemas.UserReference(user_id=user.id), OPERATOR)


async def active_owners(wired: Application, organization: models.Organization) -> int:
    return await wired.container.memberships().owners(organization.id)


async def test_of_two_owners_who_go_at_once_one_is_refused(wired: Application) -> None:
    for _ in range(TIMES):
        organization, ada = await founded(wired.container)
        bob = await joined(wired.container, organization, "owner")

        results = await at_once(delete(wired, ada), delete(wired, bob))

        assert sorted(results) == ["LastOwner", "PendingDeletion"]
        assert await active_owners(wired, organization) == 1


async def test_of_one_who_goes_and_one_who_is_suspended_one_stays(wired: Application) -> None:
    for _ in range(TIMES):
        organization, ada = await founded(wired.container)
        bob = await joined(wired.container, organization, "owner")
        suspend = schemas.UserStanding(user_id=bob.id, status="suspended")

        results = await at_once(
            delete(wired, ada), wired.use(service.SetUserStatus)(suspend, OPERATOR)
        )

        assert results.count("LastOwner") == 1, results
        assert await active_owners(wired, organization) == 1


async def test_whoever_goes_while_an_organization_is_handed_to_them_does_not_get_it(
    wired: Application,
) -> None:
    for _ in range(TIMES):
        organization, ada = await founded(wired.container)
        bob = await joined(wired.container, organization)
        permissions = policies.permissions_of("owner", wired.container.permissions())
        owner = Actor(
            kind="user",
            user_id=ada.id,
            organization_id=organization.id,
            authenticated_at=wired.container.clock().now(),
            permissions=permissions,
        )
        hand_over = schemas.UserReference(user_id=bob.id)

        results = await at_once(
            delete(wired, bob), wired.use(service.TransferOwnership)(hand_over, owner)
        )

        assert results.count("LastOwner") == 1, results
        assert await active_owners(wired, organization) == 1


async def test_two_who_share_many_organizations_never_wait_for_each_other(
    wired: Application,
) -> None:
    ada, bob = await known(wired.container), await known(wired.container)
    for pair in ((ada, bob), (bob, ada)) * 5:
        organization = factories.organization()
        first, second = (factories.membership(organization, one, "owner") for one in pair)
        await wired.container.organizations().add(organization, first)
        await wired.container.memberships().add(second)

    results = await at_once(delete(wired, ada), delete(wired, bob))

    assert sorted(results) == [exceptions.LastOwner.__name__, "PendingDeletion"]
