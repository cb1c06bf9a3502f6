from core.accounts import exceptions, policies, ports
from core.accounts.sso import schemas
from core.accounts.sso.recognition import Recognition
from core.accounts.sso.redemption import Redemption
from core.models import Actor
from core.ports import Clock, Transaction
from core.service import UseCase


class LinkIdentity(UseCase):
    """Let an identity at a sign-in provider into one's account, proven by a code as for signing in.

    The code counts for whoever is signed in here and began the sign-in: a link can't trick somebody
    into taking a stranger's identity.
    """

    users: ports.Users
    redemption: Redemption
    recognition: Recognition
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, command: schemas.ExchangeSsoCode, actor: Actor
    ) -> schemas.IdentityView:
        user_id = actor.require_self()
        policies.check_fresh(actor, self.clock.now())
        connection, assertion = await self.redemption(command.code, command.code_verifier)
        user = await self.users.get(user_id)
        if user is None:
            raise exceptions.UserNotFound
        async with self.transaction():
            identity = await self.recognition.link(user, connection, assertion, actor)
        return schemas.IdentityView.of(identity)
