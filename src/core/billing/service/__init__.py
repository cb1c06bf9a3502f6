"""Everything that can be done with payments, plans and what they include."""

from core.billing.service.advance_clock import AdvanceClock
from core.billing.service.apply_catalogue import ApplyCatalogue
from core.billing.service.backfill_events import BackfillEvents
from core.billing.service.begin_payment_method import BeginPaymentMethod
from core.billing.service.cancel_subscription import CancelSubscription
from core.billing.service.change_subscription import ChangeSubscription
from core.billing.service.choose_payment_method import ChoosePaymentMethod
from core.billing.service.consume import Consume
from core.billing.service.create_clock import CreateClock
from core.billing.service.create_provider_endpoint import CreateProviderEndpoint
from core.billing.service.delete_clock import DeleteClock
from core.billing.service.delete_provider_endpoint import DeleteProviderEndpoint
from core.billing.service.detach_payment_method import DetachPaymentMethod
from core.billing.service.drop_override import DropOverride
from core.billing.service.examine_billing import ExamineBilling
from core.billing.service.get_billing import GetBilling
from core.billing.service.get_catalogue import GetCatalogue
from core.billing.service.get_clock import GetClock
from core.billing.service.get_entitlement import GetEntitlement
from core.billing.service.get_event import GetEvent
from core.billing.service.get_invoice import GetInvoice
from core.billing.service.get_revenue import GetRevenue
from core.billing.service.link_customer import LinkCustomer
from core.billing.service.list_commands import ListCommands
from core.billing.service.list_entitlements import ListEntitlements
from core.billing.service.list_events import ListEvents
from core.billing.service.list_invoices import ListInvoices
from core.billing.service.list_payment_methods import ListPaymentMethods
from core.billing.service.list_plans import ListPlans
from core.billing.service.list_provider_endpoints import ListProviderEndpoints
from core.billing.service.note_seats import NoteSeats
from core.billing.service.open_checkout import OpenCheckout
from core.billing.service.open_portal import OpenPortal
from core.billing.service.pause_subscription import PauseSubscription
from core.billing.service.pay_invoice import PayInvoice
from core.billing.service.preview_change import PreviewChange
from core.billing.service.receive_event import ReceiveEvent
from core.billing.service.reconcile_billing import ReconcileBilling
from core.billing.service.refund_invoice import RefundInvoice
from core.billing.service.replay_dead_events import ReplayDeadEvents
from core.billing.service.replay_event import ReplayEvent
from core.billing.service.report_usage import ReportUsage
from core.billing.service.require_feature import RequireFeature
from core.billing.service.resume_commands import ResumeCommands
from core.billing.service.resume_subscription import ResumeSubscription
from core.billing.service.set_override import SetOverride
from core.billing.service.sweep_inbox import SweepInbox
from core.billing.service.sync_checkout import SyncCheckout
from core.billing.service.sync_organization import SyncOrganization
from core.billing.service.sync_seats import SyncSeats
from core.billing.service.unpause_subscription import UnpauseSubscription
from core.billing.service.work_off_events import WorkOffEvents

__all__ = (
    "AdvanceClock",
    "ApplyCatalogue",
    "BackfillEvents",
    "BeginPaymentMethod",
    "CancelSubscription",
    "ChangeSubscription",
    "ChoosePaymentMethod",
    "Consume",
    "CreateClock",
    "CreateProviderEndpoint",
    "DeleteClock",
    "DeleteProviderEndpoint",
    "DetachPaymentMethod",
    "DropOverride",
    "ExamineBilling",
    "GetBilling",
    "GetCatalogue",
    "GetClock",
    "GetEntitlement",
    "GetEvent",
    "GetInvoice",
    "GetRevenue",
    "LinkCustomer",
    "ListCommands",
    "ListEntitlements",
    "ListEvents",
    "ListInvoices",
    "ListPaymentMethods",
    "ListPlans",
    "ListProviderEndpoints",
    "NoteSeats",
    "OpenCheckout",
    "OpenPortal",
    "PauseSubscription",
    "PayInvoice",
    "PreviewChange",
    "ReceiveEvent",
    "ReconcileBilling",
    "RefundInvoice",
    "ReplayDeadEvents",
    "ReplayEvent",
    "ReportUsage",
    "RequireFeature",
    "ResumeCommands",
    "ResumeSubscription",
    "SetOverride",
    "SweepInbox",
    "SyncCheckout",
    "SyncOrganization",
    "SyncSeats",
    "UnpauseSubscription",
    "WorkOffEvents",
)
