"""The contracts of the ports, kept by the adapters in postgres."""

from bootstrap import Container
from tests.contracts import (
    account_data,
    api_keys,
    audit_log,
    credentials,
    data_exports,
    dead_jobs,
    departing_organizations,
    departing_users,
    events,
    housekeeping,
    idempotency_keys,
    identities,
    invitations,
    jobs,
    login_methods,
    memberships,
    one_time_tokens,
    organization_domains,
    organizations,
    passkeys,
    recovery_codes,
    roles,
    secret_boxes,
    sessions,
    signing_keys,
    sso_connections,
    sso_transactions,
    throttle,
    totp_factors,
    transaction,
    users,
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


class TestDeadJobsInPostgres(dead_jobs.DeadJobsContract):
    wiring = Container
