from core.accounts.sso import constants, ports, schemas
from core.models import Actor
from core.ports import Throttle
from core.service import UseCase


class DiscoverSso(UseCase):
    """Tell how people of a mail domain sign in: the domain decides, no account is looked at."""

    sso_connections: ports.SsoConnections
    organization_domains: ports.OrganizationDomains
    throttle: Throttle

    async def __call__(self, command: schemas.DiscoverSso, actor: Actor) -> schemas.SsoChoices:
        await self.throttle.hit((constants.SSO_BY_ADDRESS, actor.ip or ""))
        domain = command.email.partition("@")[2]
        return schemas.SsoChoices(
            connections=await self.sso_connections.for_domain(domain),
            password_allowed=await self.organization_domains.password_allowed(domain),
        )
