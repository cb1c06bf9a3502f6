from pydantic import SecretStr

from core.accounts import ports as accounts
from core.accounts.models import ConnectionId
from core.accounts.sso import exceptions, models, ports
from core.exceptions import FieldError, ValidationFailed
from core.models import Actor, OrganizationId, Permission
from core.ports import SecretBox


def manages(actor: Actor, permission: Permission) -> OrganizationId | None:
    """Return whose connections the actor works on: their organization's or the installation's."""
    if actor.organization_id is None:
        actor.require_platform("operator")
        return None
    return actor.require(permission)


async def owned(
    connections: ports.SsoConnections,
    connection_id: ConnectionId,
    organization_id: OrganizationId | None,
) -> models.Connection:
    """Return the connection, or refuse what is somebody else's as if it were not there."""
    connection = await connections.find(connection_id)
    if connection is None or connection.organization_id != organization_id:
        raise exceptions.ConnectionNotFound
    return connection


async def check_reachable(
    organization_id: OrganizationId,
    organizations: accounts.Organizations,
    connections: ports.SsoConnections,
) -> None:
    """Refuse to leave an organization that enforces single sign-on without any."""
    await organizations.lock(organization_id)
    organization = await organizations.get(organization_id)
    if organization is None or not organization.sso_enforced:
        return
    if not any(one.enabled for one in await connections.all(organization_id)):
        raise exceptions.LastConnection


def check_tenant(*, trusts_email: bool | None) -> None:
    """Refuse to believe a tenant's provider in whatever it says: its proven domains decide."""
    if trusts_email:
        raise ValidationFailed(
            errors=[
                FieldError(
                    "#/trusts_email",
                    "not_for_organizations",
                    "An organization's connection is believed for its proven domains alone.",
                )
            ]
        )


def provider(connection: models.Connection, secret_box: SecretBox) -> models.Provider:
    return models.Provider(
        **connection.model_dump(include=set(models.Provider.model_fields)),
        client_secret=SecretStr(secret_box.decrypt(connection.client_secret_box).decode()),
    )
