"""The contracts of the ports, kept by the adapters in postgres."""

from bootstrap import Container
from tests.contracts import (
    account_data,
    answers,
    api_keys,
    audit_log,
    billing,
    buckets,
    collections,
    contents,
    credentials,
    data_exports,
    departing_organizations,
    departing_users,
    events,
    flags,
    housekeeping,
    idempotency_keys,
    identities,
    invitations,
    jobs,
    login_methods,
    management,
    memberships,
    object_checks,
    object_sweeps,
    objects,
    one_time_tokens,
    organization_domains,
    organizations,
    passkeys,
    queued_jobs,
    records,
    recovery_codes,
    reports,
    roles,
    scan_events,
    secret_boxes,
    sessions,
    signing_keys,
    sso_connections,
    sso_transactions,
    stats,
    storage_data,
    throttle,
    totp_factors,
    transaction,
    usages,
    users,
    webhooks,
)


class TestUsersInPostgres(users.UsersContract): ...


class TestSessionsInPostgres(sessions.SessionsContract): ...


class TestOneTimeTokensInPostgres(one_time_tokens.OneTimeTokensContract): ...


class TestOrganizationsInPostgres(organizations.OrganizationsContract): ...


class TestMembershipsInPostgres(memberships.MembershipsContract): ...


class TestInvitationsInPostgres(invitations.InvitationsContract): ...


class TestSsoConnectionsInPostgres(sso_connections.SsoConnectionsContract): ...


class TestSsoTransactionsInPostgres(sso_transactions.SsoTransactionsContract): ...


class TestOrganizationDomainsInPostgres(organization_domains.OrganizationDomainsContract): ...


class TestIdentitiesInPostgres(identities.IdentitiesContract): ...


class TestLoginMethodsInPostgres(login_methods.LoginMethodsContract): ...


class TestSecretBoxesInPostgres(secret_boxes.SecretBoxesContract): ...


class TestDataExportsInPostgres(data_exports.DataExportsContract): ...


class TestDepartingOrganizationsInPostgres(
    departing_organizations.DepartingOrganizationsContract
): ...


class TestDepartingUsersInPostgres(departing_users.DepartingUsersContract): ...


class TestAccountDataInPostgres(account_data.AccountDataContract): ...


class TestRolesInPostgres(roles.RolesContract): ...


class TestApiKeysInPostgres(api_keys.ApiKeysContract): ...


class TestSigningKeysInPostgres(signing_keys.SigningKeysContract): ...


class TestCredentialsInPostgres(credentials.CredentialsContract): ...


class TestTotpFactorsInPostgres(totp_factors.TotpFactorsContract): ...


class TestRecoveryCodesInPostgres(recovery_codes.RecoveryCodesContract): ...


class TestPasskeysInPostgres(passkeys.PasskeysContract): ...


class TestTransactionInPostgres(transaction.TransactionContract): ...


class TestAuditLogInPostgres(audit_log.AuditLogContract): ...


class TestThrottleInPostgres(throttle.ThrottleContract): ...


class TestIdempotencyKeysInPostgres(idempotency_keys.IdempotencyKeysContract): ...


class TestHousekeepingInPostgres(housekeeping.HousekeepingContract): ...


class TestJobsInPostgres(jobs.JobsContract):
    wiring = Container


class TestEventsInPostgres(events.EventsContract):
    wiring = Container


class TestQueuedJobsInPostgres(queued_jobs.QueuedJobsContract):
    wiring = Container


class TestBucketsInPostgres(buckets.BucketsContract): ...


class TestObjectsInPostgres(objects.ObjectsContract): ...


class TestObjectChecksInPostgres(object_checks.ObjectChecksContract): ...


class TestObjectSweepsInPostgres(object_sweeps.ObjectSweepsContract): ...


class TestUsagesInPostgres(usages.UsagesContract): ...


class TestScanEventsInPostgres(scan_events.ScanEventsContract): ...


class TestStorageDataInPostgres(storage_data.StorageDataContract): ...


class TestAccountsInPostgres(billing.AccountsContract): ...


class TestSubscriptionsInPostgres(billing.SubscriptionsContract): ...


class TestMirroredInvoicesInPostgres(billing.MirroredInvoicesContract): ...


class TestCataloguesInPostgres(billing.CataloguesContract): ...


class TestOpenCheckoutsInPostgres(billing.OpenCheckoutsContract): ...


class TestInboxInPostgres(billing.InboxContract): ...


class TestCommandsInPostgres(billing.CommandsContract): ...


class TestStatsEventsInPostgres(stats.StatsEventsContract): ...


class TestStatsNumbersInPostgres(stats.StatsNumbersContract): ...


class TestStatsMetersInPostgres(stats.StatsMetersContract): ...


class TestRollupsInPostgres(stats.RollupsContract): ...


class TestEventNamesInPostgres(stats.EventNamesContract): ...


class TestJourneysInPostgres(stats.JourneysContract): ...


class TestAlertsInPostgres(stats.AlertsContract): ...


class TestCollectionsInPostgres(collections.CollectionsContract): ...


class TestContentsInPostgres(contents.ContentsContract): ...


class TestDeletedCollectionsInPostgres(collections.DeletedCollectionsContract): ...


class TestReportsInPostgres(reports.ReportsContract): ...


class TestDashboardsInPostgres(reports.DashboardsContract): ...


class TestAnswersInPostgres(answers.AnswersContract): ...


class TestMetersInPostgres(billing.MetersContract): ...


class TestWebhookEndpointsInPostgres(webhooks.WebhookEndpointsContract): ...


class TestDeliveriesInPostgres(webhooks.DeliveriesContract): ...


class TestLeasesInPostgres(webhooks.LeasesContract): ...


class TestMovementsInPostgres(billing.MovementsContract): ...


class TestKeyedLockInPostgres(billing.KeyedLockContract): ...


class TestFlagsInPostgres(flags.FlagsContract): ...


class TestKeptSettingsInPostgres(management.KeptSettingsContract): ...


class TestSettingsDataInPostgres(management.SettingsDataContract): ...


class TestSwitchesInPostgres(management.SwitchesContract): ...


class TestAccountFiguresInPostgres(management.AccountFiguresContract): ...


class TestSubscriptionFiguresInPostgres(management.SubscriptionFiguresContract): ...


class TestFileFiguresInPostgres(management.FileFiguresContract): ...


class TestEventFiguresInPostgres(management.EventFiguresContract): ...


class TestWebhookFiguresInPostgres(management.WebhookFiguresContract): ...


class TestRecordsInPostgres(records.RecordsContract): ...


class TestRecordImportsInPostgres(records.RecordImportsContract): ...


class TestRecordIndexInPostgres(records.RecordIndexContract): ...


class TestRecordMembersInPostgres(records.RecordMembersContract): ...


class TestRecordNoticesInPostgres(records.RecordNoticesContract): ...
