from core.accounts.constants import SSO_WRITE
from core.accounts.sso import constants, exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Throttle, Transaction
from core.service import UseCase


class VerifyDomain(UseCase):
    """Look for the TXT record that proves a domain; from then on its addresses are believed."""

    organization_domains: ports.OrganizationDomains
    text_records: ports.TextRecords
    throttle: Throttle
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.DomainReference, actor: Actor) -> schemas.DomainView:
        organization_id = actor.require(SSO_WRITE)
        await self.throttle.hit((constants.SSO_BY_ADDRESS, f"domain:{organization_id}"))
        domain = await self.organization_domains.get(organization_id, command.domain_id)
        if domain is None:
            raise exceptions.DomainNotFound
        if domain.txt_value not in await self.text_records.of(domain.txt_name):
            raise exceptions.DomainUnproven(
                f"Publish a TXT record at {domain.txt_name} that holds {domain.txt_value}."
            )
        now = self.clock.now()
        async with self.transaction():
            await self.organization_domains.prove(organization_id, domain.id, now)
            await self.audit.record(
                actor, "domain.verified", target=("domain", domain.id), domain=domain.domain
            )
        return schemas.DomainView.of(domain.evolve(verified_at=domain.verified_at or now))
