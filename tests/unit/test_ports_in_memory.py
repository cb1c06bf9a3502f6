"""The contracts of the ports, kept by the adapters in memory."""

from bootstrap import InMemoryContainer
from tests.contracts import (
    audit_log,
    dead_jobs,
    events,
    housekeeping,
    idempotency_keys,
    invitations,
    jobs,
    login_methods,
    memberships,
    one_time_tokens,
    organizations,
    passkeys,
    sessions,
    signing_keys,
    throttle,
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


class TestPasskeysInMemory(passkeys.PasskeysContract): ...


class TestLoginMethodsInMemory(login_methods.LoginMethodsContract): ...


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
