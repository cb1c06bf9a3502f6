from datetime import timedelta

from core.models import Model


class AccountsConfig(Model):
    """What an installation decides about accounts."""

    issuer: str
    audience: str = "core-api"
    client_id: str = "core-api"
    product_name: str = "Core API"
    access_lifetime: timedelta = timedelta(minutes=10)
