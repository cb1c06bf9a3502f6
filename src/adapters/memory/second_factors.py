from datetime import datetime
from typing import Any, override

from adapters.memory.store import Store
from core.accounts import ports as accounts
from core.accounts.api_keys.models import ApiKey
from core.accounts.mfa import exceptions, ports
from core.accounts.mfa.models import RecoveryCode, RecoveryCodeId, TotpFactor
from core.accounts.models import OneTimeToken, User
from core.accounts.passkeys.models import Passkey
from core.accounts.sso.models import Identity
from core.models import Model, UserId


class TotpFactors(ports.TotpFactors):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(TotpFactor)

    @override
    async def add(self, factor: TotpFactor) -> None:
        async with self._store.writing():
            kept = self._rows.get(factor.user_id)
            if kept and kept.confirmed_at:
                raise exceptions.TotpAlreadyEnabled
            self._rows[factor.user_id] = factor

    @override
    async def get(self, user_id: UserId) -> TotpFactor | None:
        return self._rows.get(user_id)

    @override
    async def confirm(self, factor: TotpFactor, step: int, at: datetime) -> bool:
        async with self._store.writing():
            kept = self._rows.get(factor.user_id)
            if kept is None or kept.confirmed_at or kept.secret_box != factor.secret_box:
                return False
            self._rows[kept.user_id] = kept.evolve(confirmed_at=at, last_used_step=step)
        return True

    @override
    async def use(self, user_id: UserId, step: int) -> bool:
        async with self._store.writing():
            kept = self._rows.get(user_id)
            if kept is None or kept.confirmed_at is None:
                return False
            if kept.last_used_step is not None and kept.last_used_step >= step:
                return False
            self._rows[user_id] = kept.evolve(last_used_step=step)
        return True

    @override
    async def remove(self, user_id: UserId) -> None:
        async with self._store.writing():
            self._rows.pop(user_id, None)


class RecoveryCodes(ports.RecoveryCodes):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(RecoveryCode)

    @override
    async def replace(self, user_id: UserId, codes: list[RecoveryCode]) -> None:
        async with self._store.writing():
            for row in [one for one in self._rows.values() if one.user_id == user_id]:
                del self._rows[row.id]
            self._rows.update({code.id: code for code in codes})

    @override
    async def unused(self, user_id: UserId) -> list[RecoveryCode]:
        rows = [row for row in self._rows.values() if row.user_id == user_id and not row.used_at]
        return sorted(rows, key=lambda row: row.id)

    @override
    async def use(self, code_id: RecoveryCodeId, at: datetime) -> bool:
        async with self._store.writing():
            kept = self._rows.get(code_id)
            if kept is None or kept.used_at:
                return False
            self._rows[code_id] = kept.evolve(used_at=at)
        return True


class Credentials(accounts.Credentials):
    FORGOTTEN: tuple[type[Model], ...] = (
        TotpFactor,
        RecoveryCode,
        OneTimeToken,
        Passkey,
        Identity,
        ApiKey,
    )
    """What belongs to a `user_id` and proves something."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @override
    async def forget(self, user_id: UserId, at: datetime) -> None:
        async with self._store.writing():
            for kind in self.FORGOTTEN:
                table: dict[Any, Any] = self._store.table(kind)
                for key in [key for key, row in table.items() if row.user_id == user_id]:
                    del table[key]
            users = self._store.table(User)
            if user := users.get(user_id):
                users[user_id] = user.evolve(
                    password_hash=None,
                    password_changed_at=at,
                    mfa_enabled=False,
                    version=user.version + 1,
                )
