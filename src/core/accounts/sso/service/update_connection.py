from typing import Any

from core.accounts import policies as accounts
from core.accounts import ports as base
from core.accounts.config import AccountsConfig
from core.accounts.constants import SSO_WRITE
from core.accounts.sso import models, policies, ports, schemas
from core.exceptions import VersionMismatch
from core.models import Actor, OrganizationId, Permission
from core.ports import AuditLog, Clock, SecretBox, Transaction
from core.service import UseCase


class UpdateConnection(UseCase):
    """Change a connection, or switch it on and off; its issuer stays."""

    sso_connections: ports.SsoConnections
    organizations: base.Organizations
    roles: base.Roles
    permissions: tuple[Permission, ...]
    accounts_config: AccountsConfig
    secret_box: SecretBox
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.UpdateConnection, actor: Actor
    ) -> schemas.ConnectionView:
        organization_id = policies.manages(actor, SSO_WRITE)
        accounts.check_fresh(actor, self.clock.now())
        async with self.transaction():
            if organization_id:
                await self._check(command.changes, organization_id, actor)
            changed = await self.sso_connections.update(
                await self._changed(command, organization_id)
            )
            if organization_id:
                await policies.check_reachable(
                    organization_id, self.organizations, self.sso_connections
                )
            await self.audit.record(
                actor,
                "sso.connection_updated",
                target=("sso_connection", changed.id),
                fields=sorted(command.changes.changes()),
            )
        redirect_uri = self.accounts_config.sso_redirect_uri(changed.id)
        return schemas.ConnectionView.of(changed, redirect_uri)

    async def _check(
        self, changes: schemas.ConnectionChanges, organization_id: OrganizationId, actor: Actor
    ) -> None:
        policies.check_tenant(trusts_email=changes.trusts_email)
        await self.organizations.lock(organization_id)  # so that the role stays
        if changes.default_role:
            await accounts.check_may_grant(
                actor, changes.default_role, self.roles, self.permissions
            )

    async def _changed(
        self, command: schemas.UpdateConnection, organization_id: OrganizationId | None
    ) -> models.Connection:
        found = await policies.owned(self.sso_connections, command.connection_id, organization_id)
        if command.expected_version not in {None, found.version}:
            raise VersionMismatch(current_etag=f'"{found.version}"')
        return found.evolve(**self._changes(command.changes), updated_at=self.clock.now())

    def _changes(self, changes: schemas.ConnectionChanges) -> dict[str, Any]:
        made = changes.changes()
        if secret := made.pop("client_secret", None):
            made["client_secret_box"] = self.secret_box.encrypt(secret.get_secret_value().encode())
        return made
