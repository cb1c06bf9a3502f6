from urllib.parse import urlsplit

from core.webhooks import exceptions
from core.webhooks.config import WebhooksConfig


def check_url(url: str, config: WebhooksConfig) -> None:
    """Refuse addresses that nothing would be sent to; where a name leads is looked at each time."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise exceptions.EndpointNotAllowed from None
    open_ = parts.scheme == "https" or (config.loopback and parts.scheme == "http")
    if not open_ or not host or parts.username or parts.password:
        raise exceptions.EndpointNotAllowed
