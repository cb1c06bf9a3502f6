from core.accounts.constants import SSO_READ
from core.accounts.sso import ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListDomains(UseCase):
    """List the mail domains of an organization, proven or not."""

    organization_domains: ports.OrganizationDomains

    async def __call__(self, command: PageRequest | None, actor: Actor) -> Page[schemas.DomainView]:
        found = await self.organization_domains.all(actor.require(SSO_READ))
        return schemas.ListDomains.of(command).among(map(schemas.DomainView.of, found))
