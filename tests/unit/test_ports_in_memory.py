"""The contracts of the ports, kept by the adapters in memory."""

from bootstrap import InMemoryContainer
from tests.contracts import (
    audit_log,
    credentials,
    dead_jobs,
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


class TestDeadJobsInMemory(dead_jobs.DeadJobsContract):
    wiring = InMemoryContainer
