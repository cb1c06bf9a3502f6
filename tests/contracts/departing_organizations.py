"""What every adapter of the port of departing organizations must do."""

from uuid import uuid4

from bootstrap import Container
from core.accounts import models
from core.models import OrganizationId
from tests.contracts.founding import founded, known
from tests.contracts.invitations import invited
from tests.factories import DAY, NOW

LONG_AGO = NOW - 3000 * DAY


async def shut(container: Container, at: object = LONG_AGO) -> models.Organization:
    organization, _ = await founded(container)
    return await container.organizations().update(organization.evolve(deletes_at=at))


class DepartingOrganizationsContract:
    async def test_those_that_are_due_are_found_page_by_page(self, container: Container) -> None:
        departing = container.departing_organizations()
        ours = {(await shut(container)).id for _ in range(3)}
        later = await shut(container, NOW)

        seen = list[OrganizationId]()
        while page := await departing.due(LONG_AGO, limit=2, after=seen[-1] if seen else None):
            assert len(page) <= 2
            seen += page

        assert seen == sorted(seen)
        assert ours <= set(seen)
        assert later.id not in seen
        for one in ours:
            assert await departing.remove(one, LONG_AGO)

    async def test_what_is_not_due_stays(self, container: Container) -> None:
        departing, later = container.departing_organizations(), await shut(container, NOW)
        open_one, _ = await founded(container)

        for organization_id in (later.id, open_one.id, OrganizationId(uuid4())):
            assert not await departing.remove(organization_id, NOW - DAY)

        assert await container.organizations().get(later.id) == later
        assert await container.organizations().get(open_one.id) == open_one

    async def test_all_that_is_its_own_goes_with_it_and_nothing_else(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        other, _ = await founded(container)
        invitation = await invited(container, organization)
        await container.organizations().update(organization.evolve(deletes_at=LONG_AGO))

        assert await container.departing_organizations().remove(organization.id, LONG_AGO)
        assert not await container.departing_organizations().remove(organization.id, LONG_AGO)

        assert await container.organizations().get(organization.id) is None
        assert await container.memberships().get(organization.id, owner.id) is None
        assert await container.invitations().get(organization.id, invitation.id) is None
        assert await container.users().get(owner.id) == owner
        assert await container.organizations().get(other.id) == other

    async def test_one_that_is_shut_lets_nobody_in_and_invites_nobody(
        self, container: Container
    ) -> None:
        organization, owner = await founded(container)
        guest = await known(container)
        await invited(container, organization, email=guest.email)
        assert await container.invitations().for_email(guest.email, NOW)

        await container.organizations().update(organization.evolve(deletes_at=NOW + DAY))

        assert await container.organizations().of_user(owner.id, limit=10) == []
        assert await container.invitations().for_email(guest.email, NOW) == []
