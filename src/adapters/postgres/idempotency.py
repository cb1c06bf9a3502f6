from datetime import datetime
from functools import partial
from typing import Any, override

from psycopg.types.json import Jsonb

from adapters.postgres.database import Database
from core import ports
from core.exceptions import IdempotencyAnswerLost, IdempotencyKeyInFlight, IdempotencyKeyReused
from core.models import Model
from core.stored import StoredAnswer


class _Claim(Model):
    free: bool
    fingerprint: bytes | None
    status: int | None
    headers: dict[str, str] | None
    body_box: bytes | None


class IdempotencyKeys(ports.IdempotencyKeys):
    """An advisory lock holds the key while its first request runs; the row holds the answer."""

    def __init__(self, database: Database, secret_box: ports.SecretBox, clock: ports.Clock) -> None:
        self._database = database
        self._secret_box = secret_box
        self._clock = clock

    @override
    async def claim(self, owner: str, key: str, fingerprint: bytes) -> StoredAnswer | None:
        claim = await self._database.fetch_one(
            _Claim,
            """
            SELECT pg_try_advisory_xact_lock(hashtextextended(%(owner)s || ' ' || %(key)s, 0))
                   AS free, k.fingerprint, k.status, k.headers, k.body_box
              FROM (VALUES (1)) AS always
              LEFT JOIN core.idempotency_keys AS k
                ON k.owner = %(owner)s AND k.key = %(key)s
            """,
            {"owner": owner, "key": key},
        )
        if claim is None or not claim.free:
            raise IdempotencyKeyInFlight(retry_after=1)
        if claim.fingerprint is None:
            return None
        if claim.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return StoredAnswer(
            status=claim.status or 0,
            headers=claim.headers or {},
            body=self._opened(claim.body_box or b""),
        )

    def _opened(self, box: bytes) -> bytes:
        try:
            return self._secret_box.decrypt(box)
        except ValueError:  # its key is one of SECRET_KEYS no more
            raise IdempotencyAnswerLost from None

    @override
    async def keep(self, owner: str, key: str, fingerprint: bytes, answer: StoredAnswer) -> None:
        values: dict[str, Any] = {
            "owner": owner,
            "key": key,
            "fingerprint": fingerprint,
            "status": answer.status,
            "headers": Jsonb(answer.headers),
            "body_box": self._secret_box.encrypt(answer.body),
            "created_at": self._clock.now(),
        }
        await self._database.queue(
            """
            INSERT INTO core.idempotency_keys
                   (owner, key, fingerprint, status, headers, body_box, created_at)
            VALUES (%(owner)s, %(key)s, %(fingerprint)s, %(status)s, %(headers)s, %(body_box)s,
                    %(created_at)s)
            """,
            values,
            rules={"pk_idempotency_keys": partial(IdempotencyKeyInFlight, retry_after=1)},
        )


class Housekeeping(ports.Housekeeping):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def purge(self, now: datetime) -> int:
        return await self._database.execute(
            """
            WITH keys AS (
                DELETE FROM core.idempotency_keys
                 WHERE created_at < %(now)s - interval '1 day' RETURNING 1
            ), counters AS (
                DELETE FROM core.throttles WHERE ends_at < %(now)s RETURNING 1
            ), sign_ins AS (
                DELETE FROM accounts.sso_transactions WHERE expires_at < %(now)s RETURNING 1
            )
            SELECT 1 FROM keys UNION ALL SELECT 1 FROM counters UNION ALL SELECT 1 FROM sign_ins
            """,
            {"now": now},
        )
