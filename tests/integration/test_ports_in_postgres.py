"""The contracts of the ports, kept by the adapters in postgres."""

from bootstrap import Container
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


class TestUsersInPostgres(users.UsersContract): ...


class TestSessionsInPostgres(sessions.SessionsContract): ...


class TestOneTimeTokensInPostgres(one_time_tokens.OneTimeTokensContract): ...


class TestOrganizationsInPostgres(organizations.OrganizationsContract): ...


class TestMembershipsInPostgres(memberships.MembershipsContract): ...


class TestInvitationsInPostgres(invitations.InvitationsContract): ...


class TestRolesInPostgres(roles.RolesContract): ...


class TestApiKeysInPostgres(api_keys.ApiKeysContract): ...


class TestSigningKeysInPostgres(signing_keys.SigningKeysContract): ...


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
