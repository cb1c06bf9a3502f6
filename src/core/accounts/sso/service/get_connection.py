from core.accounts.config import AccountsConfig
from core.accounts.constants import SSO_READ
from core.accounts.sso import policies, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetConnection(UseCase):
    """Look at a connection."""

    sso_connections: ports.SsoConnections
    accounts_config: AccountsConfig

    async def __call__(
        self, command: schemas.ConnectionReference, actor: Actor
    ) -> schemas.ConnectionView:
        organization_id = policies.manages(actor, SSO_READ)
        found = await policies.owned(self.sso_connections, command.connection_id, organization_id)
        return schemas.ConnectionView.of(found, self.accounts_config.sso_redirect_uri(found.id))
