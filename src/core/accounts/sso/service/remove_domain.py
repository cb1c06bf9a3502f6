from core.accounts.constants import SSO_WRITE
from core.accounts.sso import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class RemoveDomain(UseCase):
    """Give a mail domain up: its addresses are not believed any more."""

    organization_domains: ports.OrganizationDomains
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.DomainReference, actor: Actor) -> None:
        organization_id = actor.require(SSO_WRITE)
        async with self.transaction():
            domain = await self.organization_domains.get(organization_id, command.domain_id)
            if domain is None:
                raise exceptions.DomainNotFound
            await self.organization_domains.remove(organization_id, domain.id)
            await self.audit.record(
                actor, "domain.removed", target=("domain", domain.id), domain=domain.domain
            )
