"""The ports of outgoing webhooks, a line each."""

from dependency_injector import providers
from dependency_injector.providers import Provider

from adapters import outbound, postgres
from containers.billing import Billing
from containers.kernel import Kernel
from core.webhooks import ports as webhooks
from core.webhooks.config import WebhooksConfig


class Webhooks(Billing):
    """Who wants to hear of what happens, and how they are told."""

    webhooks_config: Provider[WebhooksConfig] = providers.Singleton(
        WebhooksConfig, loopback=Kernel.settings.provided.outbound_loopback
    )
    webhook_endpoints: Provider[webhooks.Endpoints] = providers.Singleton(
        postgres.WebhookEndpoints, Kernel.database
    )
    deliveries: Provider[webhooks.Deliveries] = providers.Singleton(
        postgres.Deliveries, Kernel.database
    )
    leases: Provider[webhooks.Leases] = providers.Singleton(postgres.Leases, Kernel.database)
    sender: Provider[webhooks.Sender] = providers.Singleton(outbound.Sender, Kernel.transport)
