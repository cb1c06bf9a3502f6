"""What every adapter of the port of mail domains must do."""

import asyncio
from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts.sso import exceptions
from core.accounts.sso.models import DomainId
from tests import factories
from tests.contracts.founding import founded
from tests.contracts.sso_connections import proven
from tests.factories import DAY, NOW


class OrganizationDomainsContract:
    async def test_one_is_found_in_its_organization_alone(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        domains = container.organization_domains()
        made = [factories.domain(organization) for _ in range(2)]
        for one in made:
            await domains.add(one)

        assert await domains.get(organization.id, made[0].id) == made[0]
        assert await domains.get(foreign.id, made[0].id) is None
        assert await domains.get(organization.id, DomainId(uuid4())) is None
        assert await domains.all(organization.id) == made[::-1]
        assert await domains.all(foreign.id) == []

    async def test_an_organization_names_a_domain_once(self, container: Container) -> None:
        organization, _ = await founded(container)
        made = factories.domain(organization)
        await container.organization_domains().add(made)

        async with container.transaction()():
            with pytest.raises(exceptions.DomainTaken):
                await container.organization_domains().add(
                    factories.domain(organization, domain=made.domain)
                )
        assert await container.organization_domains().all(organization.id) == [made]

    async def test_one_of_two_racing_organizations_proves_a_domain(
        self, container: Container
    ) -> None:
        domains = container.organization_domains()
        first, _ = await founded(container)
        second, _ = await founded(container)
        made = factories.domain(first)
        rival = factories.domain(second, domain=made.domain)
        for one in (made, rival):
            await domains.add(one)

        results = await asyncio.gather(
            *(domains.prove(one.organization_id, one.id, NOW) for one in (made, rival)),
            return_exceptions=True,
        )

        assert sorted(map(type, results), key=str) == [type(None), exceptions.DomainTaken]
        told = [await domains.proven(one.id, made.domain) for one in (first, second)]
        assert sorted(told) == [False, True]

    async def test_a_proof_stands_until_the_domain_is_given_up(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        domains, domain = container.organization_domains(), await proven(container, organization)

        await domains.prove(organization.id, domain.id, NOW + DAY)
        assert await domains.get(organization.id, domain.id) == domain
        await domains.remove(foreign.id, domain.id)
        assert await domains.proven(organization.id, domain.domain)
        await domains.remove(organization.id, domain.id)
        assert not await domains.proven(organization.id, domain.domain)

    async def test_passwords_are_for_domains_whose_owner_does_not_enforce_anything_else(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        domains, domain = container.organization_domains(), await proven(container, organization)

        assert await domains.password_allowed(domain.domain)
        await container.organizations().update(organization.evolve(sso_enforced=True))
        assert not await domains.password_allowed(domain.domain)
        assert await domains.password_allowed("elsewhere.example.com")
