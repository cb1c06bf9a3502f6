from datetime import datetime, timedelta
from typing import override

from adapters.postgres.database import PLATFORM, Database
from core.management.operations import ports
from core.management.operations.figures import AccountNumbers, FileNumbers, WebhookNumbers


class AccountFigures(ports.AccountFigures):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def accounts(self, now: datetime) -> AccountNumbers:
        [row] = await self._database.fetch_all(
            AccountNumbers,
            """
            SELECT count(*) AS users,
                   (SELECT count(*) FROM accounts.organizations) AS organizations,
                   count(*) FILTER (WHERE created_at >= %(week)s) AS sign_ups_7_days,
                   count(*) FILTER (WHERE created_at >= %(month)s) AS sign_ups_30_days
              FROM accounts.users
            """,
            {"week": now - timedelta(days=7), "month": now - timedelta(days=30)},
            scope=PLATFORM,
        )
        return row


class SubscriptionFigures(ports.SubscriptionFigures):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def subscriptions(self) -> dict[str, int]:
        rows = await self._database.fetch_rows(
            """
            SELECT state->>'status' AS status, count(*) AS n FROM billing.subscriptions
             GROUP BY state->>'status'
             ORDER BY n DESC, status
            """,
            {},
            scope=PLATFORM,
        )
        return {row["status"]: row["n"] for row in rows}


class FileFigures(ports.FileFigures):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def files(self) -> FileNumbers:
        [row] = await self._database.fetch_all(
            FileNumbers,
            """
            SELECT coalesce(sum(object_count), 0)::bigint AS files,
                   coalesce(sum(used_bytes), 0)::bigint AS bytes
              FROM storage.usage
            """,
            {},
            scope=PLATFORM,
        )
        return row


class EventFigures(ports.EventFigures):
    """Each organization's by itself, so that the primary key finds them: by time alone nothing
    does, and a month would be read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def events(self, begin: datetime, end: datetime) -> int:
        [n] = await self._database.fetch_values(
            """
            SELECT coalesce(sum(happened.n), 0)::bigint
              FROM accounts.organizations AS one
              CROSS JOIN LATERAL (
                   SELECT count(*) AS n FROM stats.events
                    WHERE organization_id = one.id AND time >= %(begin)s AND time < %(end)s
              ) AS happened
            """,
            {"begin": begin, "end": end},
            scope=PLATFORM,
        )
        return int(n)


class WebhookFigures(ports.WebhookFigures):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def webhooks(self) -> WebhookNumbers:
        [row] = await self._database.fetch_all(
            WebhookNumbers,
            """
            SELECT count(*) AS endpoints, count(*) FILTER (WHERE NOT enabled) AS disabled
              FROM webhooks.endpoints
            """,
            {},
            scope=PLATFORM,
        )
        return row
