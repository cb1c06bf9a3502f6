"""What every adapter of the port of single sign-on connections must do."""

from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts import models
from core.accounts.models import ConnectionId
from core.accounts.sso import models as sso
from core.exceptions import VersionMismatch
from tests import factories
from tests.contracts.founding import founded, known
from tests.factories import DAY, NOW


async def connected(
    container: Container, organization: models.Organization | None = None, **fields: object
) -> sso.Connection:
    made = factories.connection(organization, **fields)
    await container.sso_connections().add(made)
    return made


async def proven(container: Container, organization: models.Organization) -> sso.Domain:
    made = factories.domain(organization)
    await container.organization_domains().add(made)
    await container.organization_domains().prove(organization.id, made.id, NOW)
    return made.evolve(verified_at=NOW)


class SsoConnectionsContract:
    async def test_one_is_found_whosever_it_is(self, container: Container) -> None:
        organization, _ = await founded(container)
        theirs, ours = await connected(container, organization), await connected(container)

        assert await container.sso_connections().find(theirs.id) == theirs
        assert await container.sso_connections().find(ours.id) == ours
        assert await container.sso_connections().find(ConnectionId(uuid4())) is None

    async def test_they_are_listed_by_whose_they_are_newest_first(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        other, _ = await founded(container)
        made = [await connected(container, organization) for _ in range(2)]
        await connected(container, other)
        ours = await connected(container)

        assert await container.sso_connections().all(organization.id) == made[::-1]
        assert ours in await container.sso_connections().all(None)
        assert made[0] not in await container.sso_connections().all(None)

    async def test_an_update_writes_everything_but_the_issuer(self, container: Container) -> None:
        organization, _ = await founded(container)
        made = await connected(container, organization)
        changes = {
            "name": "New",
            "client_id": "other",
            "client_secret_box": b"other",
            "client_authentication": "client_secret_post",
            "scopes": "openid",
            "email_claim": "upn",
            "jit_enabled": False,
            "default_role": "viewer",
            "enabled": False,
            "updated_at": NOW + DAY,
        }

        newer = await container.sso_connections().update(
            made.evolve(**changes, issuer="https://other.example.com")
        )

        assert newer.version == 2
        assert await container.sso_connections().find(made.id) == made.evolve(**changes, version=2)

    async def test_an_update_of_an_old_version_is_refused(self, container: Container) -> None:
        made = await connected(container)
        await container.sso_connections().update(made.evolve(name="New"))

        with pytest.raises(VersionMismatch):
            await container.sso_connections().update(made.evolve(name="Newer"))

    async def test_its_identities_and_sessions_go_with_it(self, container: Container) -> None:
        organization, _ = await founded(container)
        foreign, _ = await founded(container)
        made, user = await connected(container, organization), await known(container)
        identity = factories.identity(user, made)
        await container.identities().add(identity)
        session = factories.session(user, connection_id=made.id)
        other = factories.session(user)
        for one in (session, other):
            await container.sessions().add(one)

        await container.sso_connections().remove(foreign.id, made.id)
        assert await container.sso_connections().find(made.id) == made
        await container.sso_connections().remove(organization.id, made.id)

        assert await container.sso_connections().find(made.id) is None
        assert await container.identities().of_user(user.id) == []
        assert await container.sessions().active(user.id, NOW) == [other]

    async def test_a_domain_leads_to_those_of_whoever_has_proven_it_and_to_the_installations(
        self, container: Container
    ) -> None:
        organization, _ = await founded(container)
        other, _ = await founded(container)
        domain = await proven(container, organization)
        await container.organization_domains().add(factories.domain(other, domain=domain.domain))
        made = await connected(container, organization)
        disabled = await connected(container, organization, enabled=False)
        claims = await connected(container, other)
        ours = await connected(container)

        found = await container.sso_connections().for_domain(domain.domain)
        elsewhere = await container.sso_connections().for_domain("elsewhere.example.com")

        assert found[0] == sso.Choice(id=made.id, name=made.name)
        assert ours.id in {one.id for one in found} & {one.id for one in elsewhere}
        assert {disabled.id, claims.id}.isdisjoint(one.id for one in found)
        assert made.id not in {one.id for one in elsewhere}
