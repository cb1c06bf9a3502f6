from core.accounts import policies as accounts
from core.accounts import ports as base
from core.accounts.config import AccountsConfig
from core.accounts.constants import SSO_WRITE
from core.accounts.models import ConnectionId
from core.accounts.sso import models, policies, ports, schemas
from core.models import Actor, OrganizationId, Permission
from core.ports import AuditLog, Clock, Ids, SecretBox, Transaction
from core.service import UseCase


class CreateConnection(UseCase):
    """Connect a sign-in provider, for an organization or for the installation."""

    sso_connections: ports.SsoConnections
    organizations: base.Organizations
    roles: base.Roles
    permissions: tuple[Permission, ...]
    accounts_config: AccountsConfig
    secret_box: SecretBox
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    ids: Ids

    async def __call__(
        self, command: schemas.CreateConnection, actor: Actor
    ) -> schemas.ConnectionView:
        organization_id = policies.manages(actor, SSO_WRITE)
        accounts.check_fresh(actor, self.clock.now())
        connection = self._new(command, organization_id)
        async with self.transaction():
            if organization_id:
                await self._check(command, organization_id, actor)
            await self.sso_connections.add(connection)
            await self.audit.record(
                actor,
                "sso.connection_created",
                target=("sso_connection", connection.id),
                issuer=connection.issuer,
            )
        redirect_uri = self.accounts_config.sso_redirect_uri(connection.id)
        return schemas.ConnectionView.of(connection, redirect_uri)

    async def _check(
        self, command: schemas.CreateConnection, organization_id: OrganizationId, actor: Actor
    ) -> None:
        policies.check_tenant(trusts_email=command.trusts_email)
        await self.organizations.lock(organization_id)  # so that the role stays
        await accounts.check_may_grant(actor, command.default_role, self.roles, self.permissions)

    def _new(
        self, command: schemas.CreateConnection, organization_id: OrganizationId | None
    ) -> models.Connection:
        now = self.clock.now()
        secret = command.client_secret.get_secret_value().encode()
        return models.Connection(
            id=ConnectionId(self.ids.new()),
            organization_id=organization_id,
            **command.model_dump(exclude={"client_secret"}),
            client_secret_box=self.secret_box.encrypt(secret),
            enabled=True,
            created_at=now,
            updated_at=now,
        )
