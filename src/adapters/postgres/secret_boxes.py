from typing import override

from adapters.postgres.database import PLATFORM, Database
from core import ports
from core.stored import StoredBox


class SecretBoxes(ports.SecretBoxes):
    """Whose boxes: signing keys, TOTP secrets, client secrets of connections, exports, webhooks,
    settings.

    What lives for a day at most (stored answers, sign-ins on their way) is left to run out.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def page(self, after: str | None, *, limit: int) -> list[StoredBox]:
        return await self._database.fetch_all(
            StoredBox,
            """
            SELECT key, box FROM (
                SELECT 'data_exports:' || id AS key, content_box AS box
                  FROM accounts.data_exports WHERE content_box IS NOT NULL
                 UNION ALL SELECT 'signing_keys:' || kid, private_box FROM accounts.signing_keys
                 UNION ALL SELECT 'sso_connections:' || id, client_secret_box
                  FROM accounts.sso_connections
                 UNION ALL SELECT 'totp_factors:' || user_id, secret_box
                  FROM accounts.totp_factors
                 UNION ALL SELECT 'settings:' || id, box FROM management.settings
                  WHERE box IS NOT NULL
                 UNION ALL SELECT 'webhook_endpoints:' || id, secrets_box FROM webhooks.endpoints
            ) AS boxes
             WHERE %(after)s::text IS NULL OR key COLLATE "C" > %(after)s
             ORDER BY key COLLATE "C"
             LIMIT %(limit)s
            """,
            {"after": after, "limit": limit},
            scope=PLATFORM,
        )

    @override
    async def replace(self, stored: StoredBox, box: bytes) -> bool:
        table, _, key = stored.key.partition(":")
        replaced = await self._database.fetch_values(
            """
            WITH data_exports AS (
                UPDATE accounts.data_exports SET content_box = %(new)s
                 WHERE %(table)s = 'data_exports' AND id::text = %(key)s AND content_box = %(old)s
                RETURNING 1
            ), signing_keys AS (
                UPDATE accounts.signing_keys SET private_box = %(new)s
                 WHERE %(table)s = 'signing_keys' AND kid = %(key)s AND private_box = %(old)s
                RETURNING 1
            ), sso_connections AS (
                UPDATE accounts.sso_connections SET client_secret_box = %(new)s
                 WHERE %(table)s = 'sso_connections' AND id::text = %(key)s
                   AND client_secret_box = %(old)s
                RETURNING 1
            ), settings AS (
                UPDATE management.settings SET box = %(new)s
                 WHERE %(table)s = 'settings' AND id::text = %(key)s AND box = %(old)s
                RETURNING 1
            ), totp_factors AS (
                UPDATE accounts.totp_factors SET secret_box = %(new)s
                 WHERE %(table)s = 'totp_factors' AND user_id::text = %(key)s
                   AND secret_box = %(old)s
                RETURNING 1
            ), webhook_endpoints AS (
                UPDATE webhooks.endpoints SET secrets_box = %(new)s
                 WHERE %(table)s = 'webhook_endpoints' AND id::text = %(key)s
                   AND secrets_box = %(old)s
                RETURNING 1
            )
            SELECT 1 FROM data_exports UNION ALL SELECT 1 FROM signing_keys
             UNION ALL SELECT 1 FROM sso_connections UNION ALL SELECT 1 FROM totp_factors
             UNION ALL SELECT 1 FROM webhook_endpoints UNION ALL SELECT 1 FROM settings
            """,
            {"table": table, "key": key, "old": stored.box, "new": box},
            scope=PLATFORM,
        )
        return bool(replaced)
