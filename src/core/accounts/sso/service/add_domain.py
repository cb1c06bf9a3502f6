import secrets

from core.accounts.constants import SSO_WRITE
from core.accounts.sso import constants, exceptions, models, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Transaction
from core.service import UseCase


class AddDomain(UseCase):
    """Name a mail domain of the organization; a TXT record proves that it is theirs."""

    organization_domains: ports.OrganizationDomains
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(self, command: schemas.AddDomain, actor: Actor) -> schemas.DomainView:
        organization_id = actor.require(SSO_WRITE)
        if command.domain in constants.PUBLIC_MAIL_DOMAINS:
            raise exceptions.PublicMailDomain
        domain = models.Domain(
            id=models.DomainId(self.ids.new()),
            organization_id=organization_id,
            domain=command.domain,
            txt_value=f"core-api-verification={secrets.token_urlsafe(24)}",
            created_at=self.clock.now(),
        )
        async with self.transaction():
            await self.organization_domains.add(domain)
            await self.audit.record(
                actor, "domain.added", target=("domain", domain.id), domain=domain.domain
            )
        return schemas.DomainView.of(domain)
