"""The contracts of the ports, kept by the adapters in memory."""

from bootstrap import InMemoryContainer
from tests.contracts import (
    api_keys,
    audit_log,
    dead_jobs,
    events,
    housekeeping,
    idempotency_keys,
    invitations,
    jobs,
    memberships,
    one_time_tokens,
    organizations,
    roles,
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


class TestRolesInMemory(roles.RolesContract): ...


class TestApiKeysInMemory(api_keys.ApiKeysContract): ...


class TestSigningKeysInMemory(signing_keys.SigningKeysContract): ...


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
