import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Final, override

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import SecretStr

from core.accounts import ports
from core.exceptions import Overloaded
from core.telemetry import Metrics

WAITING_PER_SLOT: Final = 40
"""About two seconds' worth: whoever comes later is better told to come back."""


class Argon2Hasher(ports.PasswordHasher):
    """argon2id as OWASP asks (19 MiB, 2 passes), in threads, never more at once than `slots`.

    One core stays free for everybody else's requests.
    """

    def __init__(self, metrics: Metrics, *, slots: int, memory_kib: int = 19_456) -> None:
        self._metrics = metrics
        self._hasher = PasswordHasher(
            time_cost=2, memory_cost=memory_kib, parallelism=1, hash_len=32, salt_len=16
        )
        self._nobody = self._hasher.hash("")
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="argon2")
        self._room = slots * (1 + WAITING_PER_SLOT)

    @override
    async def hash(self, password: SecretStr) -> str:
        return await self._run(lambda: self._hasher.hash(password.get_secret_value()))

    @override
    async def verify(self, password: SecretStr, password_hash: str | None) -> bool:
        secret, against = password.get_secret_value(), password_hash or self._nobody
        matches = await self._run(lambda: self._matches(secret, against))
        return matches and password_hash is not None

    @override
    def outdated(self, password_hash: str) -> bool:
        return self._hasher.check_needs_rehash(password_hash)

    async def _run[R](self, work: Callable[[], R]) -> R:
        if not self._room:
            raise Overloaded(retry_after=2)
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._timed, work
            )
        finally:
            self._room += 1

    def _timed[R](self, work: Callable[[], R]) -> R:
        started = perf_counter()
        result = work()
        self._metrics.observe("password_hash_duration_seconds", perf_counter() - started)
        return result

    def _matches(self, secret: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, secret)
        except (VerificationError, InvalidHashError):
            return False
