from core.accounts import constants as accounts
from core.accounts import exceptions as errors
from core.accounts import policies as rules
from core.accounts import ports as organizations
from core.accounts.constants import SSO_WRITE
from core.accounts.models import Organization
from core.accounts.sso import exceptions, policies, ports, schemas
from core.models import Actor, OrganizationId
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class SetSsoEnforcement(UseCase):
    """Let members in by the organization's own single sign-on alone, or by other ways again.

    Only an owner whose own session came that way may enforce it: so it is known to work.
    """

    organizations: organizations.Organizations
    sso_connections: ports.SsoConnections
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.SetSsoEnforcement, actor: Actor) -> None:
        organization_id = actor.require(SSO_WRITE)
        rules.check_fresh(actor, self.clock.now())
        if command.enforced:
            _check_came_by_it(actor, organization_id)
        async with self.transaction():
            organization = await self._locked(organization_id)
            await self.organizations.update(
                organization.evolve(sso_enforced=command.enforced, updated_at=self.clock.now())
            )
            await policies.check_reachable(
                organization_id, self.organizations, self.sso_connections
            )
            action = "sso.enforced" if command.enforced else "sso.enforcement_ended"
            await self.audit.record(actor, action, target=("organization", organization_id))

    async def _locked(self, organization_id: OrganizationId) -> Organization:
        await self.organizations.lock(organization_id)
        organization = await self.organizations.get(organization_id)
        if organization is None:
            raise errors.OrganizationNotFound
        return organization


def _check_came_by_it(actor: Actor, organization_id: OrganizationId) -> None:
    if actor.trusted:
        return
    if actor.role != accounts.OWNER or actor.scope_organization_id != organization_id:
        raise exceptions.SsoSessionRequired
