"""What the billing module keeps and speaks of. Ids of the provider's are text."""

from core.billing.models.checkouts import Checkout, CheckoutOrder, PortalFlow, PortalOrder
from core.billing.models.commands import Command, CommandId, Outcome
from core.billing.models.customers import Account, Customer, PaymentMethod
from core.billing.models.invoices import (
    NEWEST_INVOICE,
    Invoice,
    InvoiceStatus,
    MirroredInvoice,
    Payment,
    Refund,
    RefundOrder,
    RefundReason,
)
from core.billing.models.revenue import Movement, MovementKind, Revenue
from core.billing.models.shop import AppliedCatalogue, ListedPrice, Override, Usage, UsageReport
from core.billing.models.subscriptions import (
    Item,
    Mirrored,
    Pause,
    PendingChange,
    Preview,
    PreviewLine,
    Proration,
    Subscription,
    SubscriptionStatus,
    Wanted,
    When,
)
from core.billing.models.traffic import NEWEST_EVENT, Endpoint, InboxEvent, ProviderEvent, TestClock

__all__ = (
    "NEWEST_EVENT",
    "NEWEST_INVOICE",
    "Account",
    "AppliedCatalogue",
    "Checkout",
    "CheckoutOrder",
    "Command",
    "CommandId",
    "Customer",
    "Endpoint",
    "InboxEvent",
    "Invoice",
    "InvoiceStatus",
    "Item",
    "ListedPrice",
    "Mirrored",
    "MirroredInvoice",
    "Movement",
    "MovementKind",
    "Outcome",
    "Override",
    "Pause",
    "Payment",
    "PaymentMethod",
    "PendingChange",
    "PortalFlow",
    "PortalOrder",
    "Preview",
    "PreviewLine",
    "Proration",
    "ProviderEvent",
    "Refund",
    "RefundOrder",
    "RefundReason",
    "Revenue",
    "Subscription",
    "SubscriptionStatus",
    "TestClock",
    "Usage",
    "UsageReport",
    "Wanted",
    "When",
)
