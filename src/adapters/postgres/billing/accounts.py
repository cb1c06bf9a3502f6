from typing import override

from psycopg.types.json import Jsonb

from adapters.postgres.database import PLATFORM, Database
from core.billing import ports
from core.billing.exceptions import CustomerTaken
from core.billing.models import Account, Mirrored, Override
from core.models import OrganizationId


class Accounts(ports.Accounts):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def get(self, organization_id: OrganizationId) -> Account | None:
        return await self._database.fetch_one(
            Account,
            """
            SELECT organization_id, customer_id, email, name, currency, delinquent,
                   payment_method, trial_used_at, usage_until, synced_at
              FROM billing.accounts
             WHERE organization_id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def of_customer(self, customer_id: str) -> Account | None:
        return await self._database.fetch_one(
            Account,
            """
            SELECT organization_id, customer_id, email, name, currency, delinquent,
                   payment_method, trial_used_at, usage_until, synced_at
              FROM billing.accounts
             WHERE customer_id = %(customer_id)s
            """,
            {"customer_id": customer_id},
            scope=PLATFORM,
        )

    @override
    async def put(self, account: Account) -> None:
        method = account.payment_method
        await self._database.execute(
            """
            INSERT INTO billing.accounts
                   (organization_id, customer_id, email, name, currency, delinquent,
                    payment_method, trial_used_at, usage_until, synced_at)
            VALUES (%(organization_id)s, %(customer_id)s, %(email)s, %(name)s, %(currency)s,
                    %(delinquent)s, %(payment_method)s, %(trial_used_at)s, %(usage_until)s,
                    %(synced_at)s)
            ON CONFLICT (organization_id) DO UPDATE
               SET customer_id = excluded.customer_id, email = excluded.email,
                   name = excluded.name, currency = excluded.currency,
                   delinquent = excluded.delinquent, payment_method = excluded.payment_method,
                   trial_used_at = excluded.trial_used_at, usage_until = excluded.usage_until,
                   synced_at = excluded.synced_at
            """,
            account.model_dump()
            | {"payment_method": method and Jsonb(method.model_dump(mode="json"))},
            scope=account.organization_id,
            rules={"uq_accounts_customer_id": CustomerTaken},
        )

    @override
    async def page(self, after: OrganizationId | None, *, limit: int) -> list[Account]:
        return await self._database.fetch_all(
            Account,
            """
            SELECT organization_id, customer_id, email, name, currency, delinquent,
                   payment_method, trial_used_at, usage_until, synced_at
              FROM billing.accounts
             WHERE customer_id IS NOT NULL
               AND (%(after)s::uuid IS NULL OR organization_id > %(after)s)
             ORDER BY organization_id
             LIMIT %(limit)s
            """,
            {"after": after, "limit": limit},
            scope=PLATFORM,
        )

    @override
    async def contact(self, organization_id: OrganizationId) -> Account | None:
        row = await self._database.fetch_row(
            """
            SELECT o.name,
                   (SELECT u.email
                      FROM accounts.memberships AS m
                      JOIN accounts.users AS u ON u.id = m.user_id
                     WHERE m.organization_id = o.id AND m.role = 'owner'
                     ORDER BY m.created_at, m.user_id
                     LIMIT 1) AS email
              FROM accounts.organizations AS o
             WHERE o.id = %(organization_id)s
            """,
            {"organization_id": organization_id},
            scope=PLATFORM,
        )
        return Account(organization_id=organization_id, **row) if row else None

    @override
    async def members(self, organization_id: OrganizationId, *, invited: bool = False) -> int:
        row = await self._database.fetch_row(
            """
            SELECT (SELECT count(*) FROM accounts.memberships
                     WHERE organization_id = %(organization_id)s)
                 + (SELECT count(*) FROM accounts.invitations
                     WHERE organization_id = %(organization_id)s AND %(invited)s
                       AND status = 'pending' AND expires_at > now()) AS members
            """,
            {"organization_id": organization_id, "invited": invited},
            scope=PLATFORM,
        )
        return row["members"] if row else 0


class Subscriptions(ports.Subscriptions):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def of(self, organization_id: OrganizationId) -> list[Mirrored]:
        return await self._database.fetch_all(
            Mirrored,
            """
            SELECT organization_id, state AS subscription, past_due_since, fetched_at
              FROM billing.subscriptions
             WHERE organization_id = %(organization_id)s
             ORDER BY id
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def put(self, mirrored: Mirrored) -> None:
        await self._database.execute(
            """
            INSERT INTO billing.subscriptions
                   (id, organization_id, state, past_due_since, fetched_at)
            VALUES (%(id)s, %(organization_id)s, %(state)s, %(past_due_since)s, %(fetched_at)s)
            ON CONFLICT (id) DO UPDATE
               SET state = excluded.state, past_due_since = excluded.past_due_since,
                   fetched_at = excluded.fetched_at
            """,
            {
                "id": mirrored.subscription.id,
                "organization_id": mirrored.organization_id,
                "state": Jsonb(mirrored.subscription.model_dump(mode="json")),
                "past_due_since": mirrored.past_due_since,
                "fetched_at": mirrored.fetched_at,
            },
            scope=mirrored.organization_id,
        )

    @override
    async def overrides(self, organization_id: OrganizationId) -> list[Override]:
        return await self._database.fetch_all(
            Override,
            """
            SELECT organization_id, feature_key, feature, expires_at
              FROM billing.overrides
             WHERE organization_id = %(organization_id)s
             ORDER BY feature_key
            """,
            {"organization_id": organization_id},
            scope=organization_id,
        )

    @override
    async def put_override(self, override: Override) -> None:
        feature = override.feature
        await self._database.execute(
            """
            INSERT INTO billing.overrides (organization_id, feature_key, feature, expires_at)
            VALUES (%(organization_id)s, %(feature_key)s, %(feature)s, %(expires_at)s)
            ON CONFLICT (organization_id, feature_key) DO UPDATE
               SET feature = excluded.feature, expires_at = excluded.expires_at
            """,
            override.model_dump() | {"feature": feature and Jsonb(feature.model_dump())},
            scope=override.organization_id,
        )

    @override
    async def drop_override(self, organization_id: OrganizationId, feature_key: str) -> bool:
        dropped = await self._database.execute(
            """
            DELETE FROM billing.overrides
             WHERE organization_id = %(organization_id)s AND feature_key = %(feature_key)s
            """,
            {"organization_id": organization_id, "feature_key": feature_key},
            scope=organization_id,
        )
        return dropped > 0
