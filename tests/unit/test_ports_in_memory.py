"""The contracts of the ports, kept by the adapters in memory."""

import pytest
from pydantic import SecretStr

from adapters import memory
from bootstrap import InMemoryContainer
from core.accounts.sso import models, ports
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
    multipart_uploads,
    object_checks,
    object_reader,
    object_sweeps,
    object_writer,
    objects,
    oidc_client,
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
    text_records,
    throttle,
    totp_factors,
    transaction,
    usages,
    users,
    webhooks,
)
from tests.contracts.stores import Store


class TestUsersInMemory(users.UsersContract): ...


class TestSessionsInMemory(sessions.SessionsContract): ...


class TestOneTimeTokensInMemory(one_time_tokens.OneTimeTokensContract): ...


class TestOrganizationsInMemory(organizations.OrganizationsContract): ...


class TestMembershipsInMemory(memberships.MembershipsContract): ...


class TestInvitationsInMemory(invitations.InvitationsContract): ...


class TestSsoConnectionsInMemory(sso_connections.SsoConnectionsContract): ...


class TestSsoTransactionsInMemory(sso_transactions.SsoTransactionsContract): ...


class TestOrganizationDomainsInMemory(organization_domains.OrganizationDomainsContract): ...


class TestIdentitiesInMemory(identities.IdentitiesContract): ...


class TestLoginMethodsInMemory(login_methods.LoginMethodsContract): ...


class TestSecretBoxesInMemory(secret_boxes.SecretBoxesContract): ...


class TestDataExportsInMemory(data_exports.DataExportsContract): ...


class TestDepartingOrganizationsInMemory(
    departing_organizations.DepartingOrganizationsContract
): ...


class TestDepartingUsersInMemory(departing_users.DepartingUsersContract): ...


class TestAccountDataInMemory(account_data.AccountDataContract): ...


class TestRolesInMemory(roles.RolesContract): ...


class TestApiKeysInMemory(api_keys.ApiKeysContract): ...


class TestSigningKeysInMemory(signing_keys.SigningKeysContract): ...


class TestCredentialsInMemory(credentials.CredentialsContract): ...


class TestTotpFactorsInMemory(totp_factors.TotpFactorsContract): ...


class TestRecoveryCodesInMemory(recovery_codes.RecoveryCodesContract): ...


class TestPasskeysInMemory(passkeys.PasskeysContract): ...


class TestTransactionInMemory(transaction.TransactionContract): ...


class TestAuditLogInMemory(audit_log.AuditLogContract): ...


class TestThrottleInMemory(throttle.ThrottleContract): ...


class TestIdempotencyKeysInMemory(idempotency_keys.IdempotencyKeysContract): ...


class TestHousekeepingInMemory(housekeeping.HousekeepingContract): ...


class TestJobsInMemory(jobs.JobsContract):
    wiring = InMemoryContainer


class TestEventsInMemory(events.EventsContract):
    wiring = InMemoryContainer


class TestQueuedJobsInMemory(queued_jobs.QueuedJobsContract):
    wiring = InMemoryContainer


class Scripted(memory.OidcClient):
    """A provider of whom the twin knows, and a browser there."""

    issuer = "https://idp.example.com"

    def client(self) -> models.Provider:
        return models.Provider(issuer=self.issuer, client_id="core", client_secret=SecretStr("x"))


class TestOidcClientInMemory(oidc_client.OidcClientContract):
    @pytest.fixture
    def idp(self) -> Scripted:
        scripted = Scripted()
        scripted.open(scripted.issuer)
        return scripted

    @pytest.fixture
    def oidc(self, idp: Scripted) -> ports.OidcClient:
        return idp


class TestTextRecordsInMemory(text_records.TextRecordsContract):
    @pytest.fixture
    def text_records(self) -> memory.TextRecords:
        return memory.TextRecords()

    @pytest.fixture
    def zone(self, text_records: memory.TextRecords) -> memory.TextRecords:
        return text_records


@pytest.fixture
def store(container: InMemoryContainer) -> Store:
    reader, writer = container.object_reader(), container.object_writer()
    return Store(reader, writer, container.multipart_uploads(), writer.capabilities)


class TestObjectReaderInMemory(object_reader.ObjectReaderContract): ...


class TestObjectWriterInMemory(object_writer.ObjectWriterContract): ...


class TestMultipartUploadsInMemory(multipart_uploads.MultipartUploadsContract): ...


class TestBucketsInMemory(buckets.BucketsContract): ...


class TestObjectsInMemory(objects.ObjectsContract): ...


class TestObjectChecksInMemory(object_checks.ObjectChecksContract): ...


class TestObjectSweepsInMemory(object_sweeps.ObjectSweepsContract): ...


class TestUsagesInMemory(usages.UsagesContract): ...


class TestScanEventsInMemory(scan_events.ScanEventsContract): ...


class TestStorageDataInMemory(storage_data.StorageDataContract): ...


class TestAccountsInMemory(billing.AccountsContract): ...


class TestSubscriptionsInMemory(billing.SubscriptionsContract): ...


class TestMirroredInvoicesInMemory(billing.MirroredInvoicesContract): ...


class TestCataloguesInMemory(billing.CataloguesContract): ...


class TestOpenCheckoutsInMemory(billing.OpenCheckoutsContract): ...


class TestInboxInMemory(billing.InboxContract): ...


class TestCommandsInMemory(billing.CommandsContract): ...


class TestStatsEventsInMemory(stats.StatsEventsContract): ...


class TestStatsNumbersInMemory(stats.StatsNumbersContract): ...


class TestStatsMetersInMemory(stats.StatsMetersContract): ...


class TestRollupsInMemory(stats.RollupsContract): ...


class TestEventNamesInMemory(stats.EventNamesContract): ...


class TestJourneysInMemory(stats.JourneysContract): ...


class TestAlertsInMemory(stats.AlertsContract): ...


class TestCollectionsInMemory(collections.CollectionsContract): ...


class TestContentsInMemory(contents.ContentsContract): ...


class TestDeletedCollectionsInMemory(collections.DeletedCollectionsContract): ...


class TestReportsInMemory(reports.ReportsContract): ...


class TestDashboardsInMemory(reports.DashboardsContract): ...


class TestAnswersInMemory(answers.AnswersContract): ...


class TestMetersInMemory(billing.MetersContract): ...


class TestWebhookEndpointsInMemory(webhooks.WebhookEndpointsContract): ...


class TestDeliveriesInMemory(webhooks.DeliveriesContract): ...


class TestLeasesInMemory(webhooks.LeasesContract): ...


class TestMovementsInMemory(billing.MovementsContract): ...


class TestKeyedLockInMemory(billing.KeyedLockContract): ...


class TestFlagsInMemory(flags.FlagsContract): ...


class TestKeptSettingsInMemory(management.KeptSettingsContract): ...


class TestSettingsDataInMemory(management.SettingsDataContract): ...


class TestSwitchesInMemory(management.SwitchesContract): ...


class TestAccountFiguresInMemory(management.AccountFiguresContract): ...


class TestSubscriptionFiguresInMemory(management.SubscriptionFiguresContract): ...


class TestFileFiguresInMemory(management.FileFiguresContract): ...


class TestEventFiguresInMemory(management.EventFiguresContract): ...


class TestWebhookFiguresInMemory(management.WebhookFiguresContract): ...


class TestRecordsInMemory(records.RecordsContract): ...


class TestRecordImportsInMemory(records.RecordImportsContract): ...


class TestRecordIndexInMemory(records.RecordIndexContract): ...


class TestRecordMembersInMemory(records.RecordMembersContract): ...


class TestRecordNoticesInMemory(records.RecordNoticesContract): ...
