from core.accounts.constants import SSO_WRITE
from core.accounts.sso import constants, policies, ports, schemas
from core.models import Actor
from core.ports import SecretBox, Throttle
from core.service import UseCase


class ExamineConnection(UseCase):
    """See whether a connection's provider answers as it should; says what is wrong if not."""

    sso_connections: ports.SsoConnections
    oidc_client: ports.OidcClient
    secret_box: SecretBox
    throttle: Throttle

    async def __call__(self, command: schemas.ConnectionReference, actor: Actor) -> None:
        organization_id = policies.manages(actor, SSO_WRITE)
        await self.throttle.hit((constants.SSO_BY_ADDRESS, f"test:{organization_id}"))
        found = await policies.owned(self.sso_connections, command.connection_id, organization_id)
        await self.oidc_client.examine(policies.provider(found, self.secret_box))
