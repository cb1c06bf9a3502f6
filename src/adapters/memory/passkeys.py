from datetime import datetime
from typing import Unpack, override

from adapters.memory.store import Store
from core.accounts import ports as accounts
from core.accounts.models import Credential, User
from core.accounts.passkeys import exceptions, ports
from core.accounts.passkeys.models import Passkey, PasskeyId, Use
from core.accounts.sso.models import Identity
from core.listing import Found, Window, applied
from core.models import UserId


class Passkeys(ports.Passkeys):
    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = store.table(Passkey)

    @override
    async def add(self, passkey: Passkey) -> None:
        async with self._store.writing():
            if await self.by_credential(passkey.credential_id):
                raise exceptions.PasskeyRefused("Somebody has this credential already.")
            self._rows[passkey.id] = passkey

    @override
    async def by_credential(self, credential_id: bytes) -> Passkey | None:
        rows = self._rows.values()
        return next((one for one in rows if one.credential_id == credential_id), None)

    @override
    async def page(self, user_id: UserId, **window: Unpack[Window]) -> Found[Passkey]:
        rows = (one for one in self._rows.values() if one.user_id == user_id)
        return applied(rows, **window)

    @override
    async def use(self, passkey_id: PasskeyId, use: Use, at: datetime) -> None:
        async with self._store.writing():
            passkey = self._rows.get(passkey_id)
            if passkey is None or not _counts(passkey.sign_count, use.sign_count):
                raise exceptions.PasskeyRefused("It counts less than it did: it may be a copy.")
            self._rows[passkey_id] = passkey.evolve(**use.model_dump(), last_used_at=at)

    @override
    async def rename(self, user_id: UserId, passkey_id: PasskeyId, name: str) -> Passkey:
        async with self._store.writing():
            renamed = self._of(user_id, passkey_id).evolve(name=name)
            self._rows[passkey_id] = renamed
        return renamed

    @override
    async def remove(self, user_id: UserId, passkey_id: PasskeyId) -> Passkey:
        async with self._store.writing():
            passkey = self._of(user_id, passkey_id)
            del self._rows[passkey_id]
        return passkey

    def _of(self, user_id: UserId, passkey_id: PasskeyId) -> Passkey:
        passkey = self._rows.get(passkey_id)
        if passkey is None or passkey.user_id != user_id:
            raise exceptions.PasskeyNotFound
        return passkey


def _counts(last: int, now: int) -> bool:
    return now > last or now == last == 0


class LoginMethods(accounts.LoginMethods):
    """What somebody signs in with; transactions run one at a time here, so nothing is locked."""

    def __init__(self, store: Store) -> None:
        self._users = store.table(User)
        self._passkeys = store.table(Passkey)
        self._identities = store.table(Identity)

    @override
    async def of(self, user_id: UserId) -> frozenset[Credential]:
        user = self._users.get(user_id)
        found: set[Credential] = set()
        if user and user.password_hash is not None:
            found.add("password")
        if any(one.user_id == user_id for one in self._passkeys.values()):
            found.add("passkey")
        if any(one.user_id == user_id for one in self._identities.values()):
            found.add("identity")
        return frozenset(found)
