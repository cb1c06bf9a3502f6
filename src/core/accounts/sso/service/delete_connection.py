from core.accounts import policies as accounts
from core.accounts import ports as organizations
from core.accounts.constants import SSO_WRITE
from core.accounts.sso import policies, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Transaction
from core.service import UseCase


class DeleteConnection(UseCase):
    """Remove a connection, with the identities linked and the sessions opened through it."""

    sso_connections: ports.SsoConnections
    organizations: organizations.Organizations
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.ConnectionReference, actor: Actor) -> None:
        organization_id = policies.manages(actor, SSO_WRITE)
        accounts.check_fresh(actor, self.clock.now())
        async with self.transaction():
            found = await policies.owned(
                self.sso_connections, command.connection_id, organization_id
            )
            await self.sso_connections.remove(organization_id, found.id)
            if organization_id:
                await policies.check_reachable(
                    organization_id, self.organizations, self.sso_connections
                )
            await self.audit.record(
                actor, "sso.connection_deleted", target=("sso_connection", found.id)
            )
