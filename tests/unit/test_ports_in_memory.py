"""The contracts of the ports, kept by the adapters in memory."""

from bootstrap import InMemoryContainer
from tests.contracts import (
    account_data,
    audit_log,
    data_exports,
    dead_jobs,
    departing_users,
    events,
    housekeeping,
    idempotency_keys,
    invitations,
    jobs,
    memberships,
    one_time_tokens,
    organizations,
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


class TestDataExportsInMemory(data_exports.DataExportsContract): ...


class TestDepartingUsersInMemory(departing_users.DepartingUsersContract): ...


class TestAccountDataInMemory(account_data.AccountDataContract): ...


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
