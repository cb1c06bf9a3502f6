"""What every adapter of the organizations port must do."""

import asyncio
from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts import exceptions, models
from core.exceptions import VersionMismatch
from core.models import OrganizationId
from tests import factories
from tests.contracts.founding import founded, known
from tests.factories import DAY, NOW


class OrganizationsContract:
    async def test_one_is_kept_with_its_first_owner(self, container: Container) -> None:
        organization, owner = await founded(container)

        assert await container.organizations().get(organization.id) == organization
        assert await container.organizations().by_slug(organization.slug) == organization
        owns = factories.membership(organization, owner, "owner")
        assert await container.memberships().get(organization.id, owner.id) == owns

    async def test_knows_no_other(self, container: Container) -> None:
        assert await container.organizations().get(OrganizationId(uuid4())) is None
        assert await container.organizations().by_slug(uuid4().hex) is None

    async def test_a_slug_is_taken_once(self, container: Container) -> None:
        organization, owner = await founded(container)
        other = factories.organization(slug=organization.slug)
        owns = factories.membership(other, owner, "owner")

        with pytest.raises(exceptions.SlugTaken):
            await container.organizations().add(other, owns)

        assert await container.organizations().get(other.id) is None
        assert await container.memberships().get(other.id, owner.id) is None

    async def test_one_of_two_racing_organizations_gets_the_slug(
        self, container: Container
    ) -> None:
        owner, slug = await known(container), f"slug-{uuid4().hex[:12]}"
        racers = [factories.organization(slug=slug) for _ in range(2)]

        results = await asyncio.gather(
            *(
                container.organizations().add(one, factories.membership(one, owner, "owner"))
                for one in racers
            ),
            return_exceptions=True,
        )

        assert sorted(map(type, results), key=str) == [type(None), exceptions.SlugTaken]

    async def test_an_update_writes_name_and_slug_alone(self, container: Container) -> None:
        organization, _ = await founded(container)
        slug = f"new-{uuid4().hex[:12]}"

        newer = await container.organizations().update(
            organization.evolve(
                name="New",
                slug=slug,
                sso_enforced=True,
                mfa_required=True,
                updated_at=NOW + DAY,
                created_at=NOW + DAY,
            )
        )

        assert newer.version == 2
        assert await container.organizations().get(organization.id) == organization.evolve(
            name="New",
            slug=slug,
            sso_enforced=True,
            mfa_required=True,
            updated_at=NOW + DAY,
            version=2,
        )

    async def test_an_update_of_an_old_version_is_refused(self, container: Container) -> None:
        organization, _ = await founded(container)
        taken, _ = await founded(container)
        await container.organizations().update(organization.evolve(name="New"))

        for changes in ({"name": "Other"}, {"slug": taken.slug}):
            with pytest.raises(VersionMismatch):
                await container.organizations().update(organization.evolve(**changes))

    async def test_a_taken_slug_leaves_the_transaction_usable(self, container: Container) -> None:
        taken, _ = await founded(container)
        organization, _ = await founded(container)

        async with container.transaction()():
            with pytest.raises(exceptions.SlugTaken):
                await container.organizations().update(organization.evolve(slug=taken.slug))
            await container.organizations().update(organization.evolve(name="New"))

        found = await container.organizations().get(organization.id)
        assert found is not None
        assert (found.name, found.slug) == ("New", organization.slug)

    async def test_a_locked_one_keeps_others_waiting(self, container: Container) -> None:
        organization, _ = await founded(container)
        told: list[str] = []
        locked = asyncio.Event()

        async def first() -> None:
            async with container.transaction()():
                await container.organizations().lock(organization.id)
                locked.set()
                await asyncio.sleep(0.05)
                told.append("first is done")

        async def second() -> None:
            await locked.wait()
            async with container.transaction()():
                await container.organizations().lock(organization.id)
                told.append("second has its turn")

        await asyncio.gather(first(), second())

        assert told == ["first is done", "second has its turn"]

    async def test_those_of_a_person_come_newest_first_with_their_role(
        self, container: Container
    ) -> None:
        first, ada = await founded(container)
        second, _ = await founded(container)
        await founded(container)
        await container.memberships().add(factories.membership(second, ada, "viewer"))
        of_user = container.organizations().of_user

        seen = await of_user(ada.id, limit=5)
        newest = await of_user(ada.id, limit=1)
        rest = await of_user(ada.id, limit=5, before=newest[-1].id)

        assert seen == [
            models.OrganizationOfUser(**second.model_dump(), role="viewer"),
            models.OrganizationOfUser(**first.model_dump(), role="owner"),
        ]
        assert newest + rest == seen

    async def test_all_are_listed_newest_first(self, container: Container) -> None:
        made = [(await founded(container))[0] for _ in range(3)]
        page = container.organizations().page

        newest = await page(limit=2)
        rest = await page(limit=1, before=newest[-1].id)

        assert newest + rest == made[::-1]
