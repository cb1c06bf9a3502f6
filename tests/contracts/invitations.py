"""What every adapter of the invitations port must do."""

import asyncio
from collections import Counter
from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts import exceptions, models
from core.accounts.models import InvitationId, InvitationStatus
from tests import factories
from tests.contracts.founding import founded
from tests.factories import DAY, NOW


async def invited(
    container: Container, organization: models.Organization, **fields: object
) -> models.Invitation:
    made = factories.invitation(organization, **fields)
    await container.invitations().add(made)
    return made


class InvitationsContract:
    async def test_one_is_found_in_its_organization_alone(self, container: Container) -> None:
        organization, owner = await founded(container)
        foreign, _ = await founded(container)
        made = await invited(container, organization, inviter_id=owner.id, role="admin")
        get = container.invitations().get

        assert await get(organization.id, made.id) == made
        assert await get(foreign.id, made.id) is None
        assert await get(organization.id, InvitationId(uuid4())) is None

    async def test_one_is_pending_for_an_address_in_an_organization(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        other, _ = await founded(container)
        made = await invited(container, organization)

        for email in (made.email, made.email.upper()):
            with pytest.raises(exceptions.AlreadyInvited):
                await invited(container, organization, email=email)
        await invited(container, other, email=made.email)
        assert await container.invitations().page(organization.id, limit=5) == [made]

    async def test_one_of_two_racing_invitations_is_kept(self, container: Container) -> None:
        organization, _ = await founded(container)
        email = factories.email()

        results = await asyncio.gather(
            *(invited(container, organization, email=email) for _ in range(2)),
            return_exceptions=True,
        )

        assert Counter(map(type, results)) == {models.Invitation: 1, exceptions.AlreadyInvited: 1}

    async def test_one_that_has_run_out_gives_way(self, container: Container) -> None:
        organization, _ = await founded(container)
        made = await invited(container, organization)

        later = await invited(
            container,
            organization,
            email=made.email,
            role="admin",
            created_at=NOW + DAY,
            expires_at=NOW + 2 * DAY,
        )

        assert await container.invitations().page(organization.id, limit=5) == [later]
        assert await container.invitations().get(organization.id, made.id) is None

    async def test_who_was_invited_once_can_be_invited_again(self, container: Container) -> None:
        organization, _ = await founded(container)
        made = await invited(container, organization)
        declined = await container.invitations().settle(organization.id, made.id, "declined", NOW)

        again = await invited(container, organization, email=made.email)

        assert await container.invitations().page(organization.id, limit=5) == [again, declined]

    async def test_they_are_listed_newest_first(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        made = [await invited(container, organization) for _ in range(5)]
        await invited(container, foreign)

        seen: list[models.Invitation] = []
        while page := await container.invitations().page(
            organization.id, limit=2, before=seen[-1].id if seen else None
        ):
            seen += page

        assert seen == made[::-1]

    @pytest.mark.parametrize("status", ["accepted", "declined", "revoked"])
    async def test_it_is_settled_once(self, container: Container, status: InvitationStatus) -> None:
        organization, _ = await founded(container)
        made = await invited(container, organization)

        tries = [
            container.invitations().settle(organization.id, made.id, status, NOW) for _ in range(5)
        ]
        results = await asyncio.gather(*tries, return_exceptions=True)

        settled = made.evolve(status=status)
        assert results.count(settled) == 1
        assert Counter(map(type, results))[exceptions.InvitationNotPending] == 4
        assert await container.invitations().get(organization.id, made.id) == settled

    async def test_it_is_settled_in_time_and_by_its_own_organization(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        made = await invited(container, organization)
        settle = container.invitations().settle

        for organization_id, invitation_id, now in (
            (organization.id, made.id, NOW + DAY),
            (foreign.id, made.id, NOW),
            (organization.id, InvitationId(uuid4()), NOW),
        ):
            with pytest.raises(exceptions.InvitationNotPending):
                await settle(organization_id, invitation_id, "revoked", now)
        assert await container.invitations().get(organization.id, made.id) == made

    async def test_a_pending_one_is_given_more_time_even_after_its_end(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        made = await invited(container, organization)
        later = NOW + 9 * DAY

        extended = await container.invitations().extend(organization.id, made.id, later)

        assert extended == made.evolve(expires_at=later)
        with pytest.raises(exceptions.InvitationNotPending):
            await container.invitations().extend(foreign.id, made.id, later)
        await container.invitations().settle(organization.id, made.id, "accepted", NOW + 8 * DAY)
        with pytest.raises(exceptions.InvitationNotPending):
            await container.invitations().extend(organization.id, made.id, later)

    async def test_a_person_sees_what_is_open_for_their_address(self, container: Container) -> None:
        first, _ = await founded(container)
        second, _ = await founded(container)
        third, _ = await founded(container)
        email = factories.email()
        made = [await invited(container, one, email=email) for one in (first, second)]
        answered = await invited(container, third, email=email)
        await container.invitations().settle(third.id, answered.id, "declined", NOW)
        await invited(container, first)

        found = await container.invitations().for_email(email.upper(), NOW)

        assert found == [
            models.InvitationOfUser(**made[1].model_dump(), organization_name=second.name),
            models.InvitationOfUser(**made[0].model_dump(), organization_name=first.name),
        ]
        assert await container.invitations().for_email(email, NOW + DAY) == []
