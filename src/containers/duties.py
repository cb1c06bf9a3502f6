"""Who carries out which job, which come by the clock, who hears of which event, who there is."""

from collections.abc import Mapping
from typing import Final

from core.accounts import events as accounts_events
from core.accounts import schemas as accounts_schemas
from core.accounts import service as accounts_service
from core.accounts.api_keys import service as api_keys_service
from core.accounts.closing import schemas as closing_schemas
from core.accounts.closing import service as closing_service
from core.accounts.impersonation import service as impersonation_service
from core.accounts.mail_login import service as mail_login_service
from core.accounts.mfa import service as mfa_service
from core.accounts.passkeys import service as passkeys_service
from core.accounts.privacy import schemas as privacy_schemas
from core.accounts.privacy import service as privacy_service
from core.accounts.roles import service as roles_service
from core.accounts.sso import service as sso_service
from core.billing import schemas as billing_schemas
from core.billing import service as billing_service
from core.events import models as events_models
from core.events import service as events_service
from core.jobs import service as jobs_service
from core.mails import models as mails_models
from core.mails import service as mails_service
from core.management.collections import schemas as collections_schemas
from core.management.collections import service as collections_service
from core.management.flags import service as flags_service
from core.management.operations import service as operations_service
from core.management.records import schemas as records_schemas
from core.management.records import service as records_service
from core.management.settings import service as settings_service
from core.management.switches import service as switches_service
from core.models import Event, Job, OrganizationEvent
from core.service import UseCase
from core.stats import events as stats_events
from core.stats import schemas as stats_schemas
from core.stats import service as stats_service
from core.storage import schemas as storage_schemas
from core.storage import service as storage_service
from core.webhooks import schemas as webhooks_schemas
from core.webhooks import service as webhooks_service

HANDLERS: Final[Mapping[type[Job], type[UseCase]]] = {
    accounts_schemas.PurgeExpired: accounts_service.PurgeExpired,
    billing_schemas.BackfillEvents: billing_service.BackfillEvents,
    billing_schemas.ReconcileBilling: billing_service.ReconcileBilling,
    billing_schemas.ResumeCommands: billing_service.ResumeCommands,
    billing_schemas.ReportUsage: billing_service.ReportUsage,
    billing_schemas.SweepInbox: billing_service.SweepInbox,
    billing_schemas.SyncSeats: billing_service.SyncSeats,
    billing_schemas.WorkOffEvents: billing_service.WorkOffEvents,
    closing_schemas.PurgeDeletedOrganizations: closing_service.PurgeDeletedOrganizations,
    collections_schemas.MigrateCollection: collections_service.MigrateCollection,
    collections_schemas.PurgeCollections: collections_service.PurgeCollections,
    events_models.Deliver: events_service.Deliver,
    events_models.FanOut: events_service.FanOut,
    mails_models.SendMail: mails_service.SendMail,
    privacy_schemas.ExportData: privacy_service.ExportData,
    privacy_schemas.PurgeDeletedAccounts: privacy_service.PurgeDeletedAccounts,
    privacy_schemas.PurgeExports: privacy_service.PurgeExports,
    storage_schemas.AbortStaleMultiparts: storage_service.AbortStaleMultiparts,
    storage_schemas.ExpireUploads: storage_service.ExpireUploads,
    storage_schemas.PurgeObjects: storage_service.PurgeObjects,
    storage_schemas.ReconcileOrphans: storage_service.ReconcileOrphans,
    storage_schemas.ReconcileUsage: storage_service.ReconcileUsage,
    storage_schemas.ResumeInterrupted: storage_service.ResumeInterrupted,
    storage_schemas.ScanObject: storage_service.ScanObject,
    storage_schemas.SettleUpload: storage_service.SettleUpload,
    stats_schemas.BuildMeter: stats_service.BuildMeter,
    stats_schemas.EvaluateAlerts: stats_service.EvaluateAlerts,
    stats_schemas.MaintainPartitions: stats_service.MaintainPartitions,
    records_schemas.PurgeImports: records_service.PurgeImports,
    records_schemas.RunImport: records_service.RunImport,
    webhooks_schemas.SendMessages: webhooks_service.SendMessages,
    webhooks_schemas.SweepMessages: webhooks_service.SweepMessages,
}
"""Which use case carries out which job."""

SCHEDULE: Final[Mapping[type[Job], str]] = {
    accounts_schemas.PurgeExpired: "17 * * * *",
    billing_schemas.BackfillEvents: "*/10 * * * *",
    billing_schemas.ReconcileBilling: "29 2 * * *",
    billing_schemas.ResumeCommands: "* * * * *",
    billing_schemas.ReportUsage: "6 * * * *",
    billing_schemas.SweepInbox: "* * * * *",
    closing_schemas.PurgeDeletedOrganizations: "37 3 * * *",
    collections_schemas.PurgeCollections: "47 3 * * *",
    privacy_schemas.PurgeDeletedAccounts: "23 3 * * *",
    privacy_schemas.PurgeExports: "41 * * * *",
    storage_schemas.ExpireUploads: "* * * * *",
    storage_schemas.ResumeInterrupted: "* * * * *",
    storage_schemas.PurgeObjects: "*/5 * * * *",
    storage_schemas.AbortStaleMultiparts: "7 * * * *",
    storage_schemas.ReconcileUsage: "53 2 * * *",
    storage_schemas.ReconcileOrphans: "11 4 * * 0",
    stats_schemas.EvaluateAlerts: "* * * * *",
    stats_schemas.MaintainPartitions: "43 1 * * *",
    records_schemas.PurgeImports: "47 4 * * *",
    webhooks_schemas.SweepMessages: "* * * * *",
}
"""Which jobs come by the clock, as cron lines in UTC."""

SUBSCRIPTIONS: Final[tuple[tuple[type[Event], type[UseCase]], ...]] = (
    (accounts_events.MemberAdded, billing_service.NoteSeats),
    (accounts_events.MemberRemoved, billing_service.NoteSeats),
    (OrganizationEvent, webhooks_service.QueueMessages),
    (OrganizationEvent, stats_service.RecordSystemEvent),
    (stats_events.AlertFired, settings_service.TellChat),
    (stats_events.AlertResolved, settings_service.TellChat),
)
"""Which use case wants to hear of which event."""

USE_CASES: Final = (
    accounts_service,
    billing_service,
    closing_service,
    impersonation_service,
    mail_login_service,
    mfa_service,
    passkeys_service,
    privacy_service,
    sso_service,
    roles_service,
    api_keys_service,
    collections_service,
    events_service,
    flags_service,
    jobs_service,
    mails_service,
    operations_service,
    settings_service,
    switches_service,
    stats_service,
    storage_service,
    records_service,
    webhooks_service,
)
"""Where use cases are found: all are wired at start, so that a typo fails at boot."""
