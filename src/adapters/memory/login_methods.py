from typing import override

from adapters.memory.store import Store
from core.accounts import ports
from core.accounts.models import User
from core.accounts.sso.models import Identity
from core.models import UserId


class LoginMethods(ports.LoginMethods):
    def __init__(self, store: Store) -> None:
        self._users = store.table(User)
        self._identities = store.table(Identity)

    @override
    async def lock(self, user_id: UserId) -> None:
        """Nothing to do: here transactions run one at a time."""

    @override
    async def of(self, user_id: UserId) -> frozenset[str]:
        user = self._users.get(user_id)
        return frozenset(
            (["password"] if user and user.password_hash else [])
            + ["identity" for row in self._identities.values() if row.user_id == user_id]
        )
