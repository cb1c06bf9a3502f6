from core.accounts.config import AccountsConfig
from core.accounts.constants import SSO_READ
from core.accounts.sso import policies, ports, schemas
from core.models import Actor, Page, PageRequest
from core.service import UseCase


class ListConnections(UseCase):
    """List the connections of an organization, or of the installation."""

    sso_connections: ports.SsoConnections
    accounts_config: AccountsConfig

    async def __call__(
        self, command: PageRequest | None, actor: Actor
    ) -> Page[schemas.ConnectionView]:
        organization_id = policies.manages(actor, SSO_READ)
        found = await self.sso_connections.all(organization_id)
        uri = self.accounts_config.sso_redirect_uri
        views = [schemas.ConnectionView.of(one, uri(one.id)) for one in found]
        return schemas.ListConnections.of(command).among(views)
