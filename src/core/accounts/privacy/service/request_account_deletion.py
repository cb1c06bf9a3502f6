from core.accounts import policies, ports
from core.accounts.privacy import schemas
from core.accounts.privacy.departure import Departure
from core.models import Actor
from core.ports import Clock, Throttle
from core.service import UseCase


class RequestAccountDeletion(UseCase):
    """Have one's account deleted in 30 days; until then the mailed link restores it.

    It is shut at once: every session ends, and no API key works.
    """

    users: ports.Users
    hasher: ports.PasswordHasher
    departure: Departure
    throttle: Throttle
    clock: Clock

    async def __call__(
        self, command: schemas.RequestAccountDeletion, actor: Actor
    ) -> schemas.PendingDeletion:
        user = await policies.prove_self(
            command.password,
            actor,
            self.users,
            self.hasher,
            self.throttle,
            now=self.clock.now(),
        )
        return await self.departure(user, actor)
