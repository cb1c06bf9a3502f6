from datetime import timedelta
from uuid import UUID

from core.models import Model


class AccountsConfig(Model):
    """What an installation decides about accounts."""

    issuer: str
    audience: str = "core-api"
    client_id: str = "core-api"
    product_name: str = "Core API"
    access_lifetime: timedelta = timedelta(minutes=10)
    sso_return_urls: tuple[str, ...] = ()

    def sso_redirect_uri(self, connection_id: UUID) -> str:
        """Return where a provider sends browsers back to; one path a connection (RFC 9700 4.4)."""
        return f"{self.issuer}/v1/auth/sso/{connection_id}/callback"
