"""The contracts of the ports, kept by the adapters in memory."""

from bootstrap import InMemoryContainer
from tests.contracts import (
    audit_log,
    credentials,
    dead_jobs,
    events,
    housekeeping,
    idempotency_keys,
    invitations,
    jobs,
    memberships,
    one_time_tokens,
    organizations,
    recovery_codes,
    sessions,
    signing_keys,
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


class TestSigningKeysInMemory(signing_keys.SigningKeysContract): ...


class TestCredentialsInMemory(credentials.CredentialsContract): ...


class TestTotpFactorsInMemory(totp_factors.TotpFactorsContract): ...


class TestRecoveryCodesInMemory(recovery_codes.RecoveryCodesContract): ...


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
