from core.models import Model


class WebhooksConfig(Model):
    """`loopback`: this machine may be sent to, and in the clear: for development and tests."""

    loopback: bool = False
