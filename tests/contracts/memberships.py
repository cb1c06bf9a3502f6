"""What every adapter of the memberships port must do."""

import asyncio

import pytest

from bootstrap import Container
from core.accounts import exceptions, models
from tests import factories
from tests.contracts.founding import founded, joined, known


class MembershipsContract:
    async def test_a_member_is_found_in_their_organization_alone(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        foreign, _ = await founded(container)
        membership = factories.membership(organization, owner, "owner")
        memberships = container.memberships()

        assert await memberships.get(organization.id, owner.id) == membership
        assert await memberships.by_email(organization.id, owner.email.upper()) == membership
        assert await memberships.get(foreign.id, owner.id) is None
        assert await memberships.by_email(foreign.id, owner.email) is None

    async def test_somebody_is_a_member_once(self, container: Container) -> None:
        organization, owner = await founded(container)

        with pytest.raises(exceptions.AlreadyMember):
            await container.memberships().add(factories.membership(organization, owner, "viewer"))

        kept = await container.memberships().get(organization.id, owner.id)
        assert kept is not None
        assert kept.role == "owner"

    async def test_one_of_two_racing_memberships_is_kept(self, container: Container) -> None:
        organization, _ = await founded(container)
        bob = await known(container)
        racers = [factories.membership(organization, bob, role) for role in ("admin", "viewer")]

        results = await asyncio.gather(
            *map(container.memberships().add, racers), return_exceptions=True
        )

        assert sorted(map(type, results), key=str) == [type(None), exceptions.AlreadyMember]

    async def test_members_are_listed_newest_first_with_who_they_are(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        people = [await joined(container, organization) for _ in range(4)]
        foreign, _ = await founded(container)
        await joined(container, foreign)

        seen: list[models.Member] = []
        while page := await container.memberships().page(
            organization.id, limit=2, before=seen[-1].user_id if seen else None
        ):
            assert len(page) <= 2
            seen += page

        assert [one.user_id for one in seen] == [one.id for one in [*people[::-1], owner]]
        assert [one.email for one in seen] == [one.email for one in [*people[::-1], owner]]
        assert seen[-1].role == "owner"

    async def test_a_role_is_changed_in_one_organization(self, container: Container) -> None:
        organization, ada = await founded(container)
        other, _ = await founded(container)
        await container.memberships().add(factories.membership(other, ada, "viewer"))

        await container.memberships().set_role(organization.id, ada.id, "admin")

        found = await container.memberships().get(organization.id, ada.id)
        elsewhere = await container.memberships().get(other.id, ada.id)
        assert found is not None
        assert elsewhere is not None
        assert (found.role, elsewhere.role) == ("admin", "viewer")

    async def test_somebody_leaves_one_organization(self, container: Container) -> None:
        organization, ada = await founded(container)
        other, _ = await founded(container)
        await container.memberships().add(factories.membership(other, ada, "viewer"))

        await container.memberships().remove(organization.id, ada.id)

        assert await container.memberships().get(organization.id, ada.id) is None
        assert await container.memberships().get(other.id, ada.id) is not None

    async def test_whoever_is_no_member_has_no_role_to_change_and_nothing_to_leave(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        stranger = await known(container)

        await container.memberships().set_role(organization.id, stranger.id, "owner")
        await container.memberships().remove(organization.id, stranger.id)

        assert await container.memberships().get(organization.id, stranger.id) is None
        assert await container.memberships().owners(organization.id) == 1

    async def test_owners_are_counted_if_they_are_active(self, container: Container) -> None:
        organization, ada = await founded(container)
        bob = await joined(container, organization, "owner")
        await joined(container, organization, "admin")
        await founded(container)
        owners = container.memberships().owners

        assert await owners(organization.id) == 2
        assert await owners(organization.id, besides=ada.id) == 1
        await container.users().update(bob.evolve(status="suspended"))
        assert await owners(organization.id) == 1
        assert await owners(organization.id, besides=bob.id) == 1
        assert await owners(organization.id, besides=ada.id) == 0
