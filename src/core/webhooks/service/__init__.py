"""Everything that can be done with outgoing webhooks."""

from core.webhooks.service.create_endpoint import CreateEndpoint
from core.webhooks.service.delete_endpoint import DeleteEndpoint
from core.webhooks.service.get_endpoint import GetEndpoint
from core.webhooks.service.list_deliveries import ListDeliveries
from core.webhooks.service.list_endpoints import ListEndpoints
from core.webhooks.service.list_topics import ListTopics
from core.webhooks.service.ping_endpoint import PingEndpoint
from core.webhooks.service.queue_messages import QueueMessages
from core.webhooks.service.redeliver import Redeliver
from core.webhooks.service.rotate_secret import RotateSecret
from core.webhooks.service.send_messages import SendMessages
from core.webhooks.service.sweep_messages import SweepMessages
from core.webhooks.service.update_endpoint import UpdateEndpoint

__all__ = (
    "CreateEndpoint",
    "DeleteEndpoint",
    "GetEndpoint",
    "ListDeliveries",
    "ListEndpoints",
    "ListTopics",
    "PingEndpoint",
    "QueueMessages",
    "Redeliver",
    "RotateSecret",
    "SendMessages",
    "SweepMessages",
    "UpdateEndpoint",
)
