from core.accounts.api_keys import constants, keys, policies, ports, schemas
from core.accounts.exceptions import TokenInvalid
from core.accounts.models import Principal
from core.exceptions import Unauthenticated
from core.models import Actor, Permission
from core.ports import Clock, Throttle
from core.service import UseCase


class AuthenticateApiKey(UseCase):
    """Find out which key is asking: one query reads it, its owner, role and permissions afresh.

    What is no key of ours by its form alone never reaches the database.
    """

    api_keys: ports.ApiKeys
    permissions: tuple[Permission, ...]
    throttle: Throttle
    clock: Clock

    async def __call__(self, command: schemas.KeyCredentials, actor: Actor) -> Principal:
        key, now = command.api_key.get_secret_value(), self.clock.now()
        if not keys.looks_right(key):
            raise TokenInvalid
        presented = await self.api_keys.present(
            keys.digest(key), now, note_every=constants.USE_NOTED_EVERY
        )
        try:
            live = policies.check_live(presented, now)
        except Unauthenticated:
            await self.throttle.hit((constants.FAILED_KEYS_BY_ADDRESS, actor.ip or ""))
            raise
        policies.check_admitted(live, command.organization_id)
        return Principal(user=None, actor=policies.actor_of(live, actor, self.permissions))
