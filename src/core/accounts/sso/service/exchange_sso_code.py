from core.accounts import models, schemas
from core.accounts.sign_in import SignIn
from core.accounts.sso import constants
from core.accounts.sso import models as sso
from core.accounts.sso import schemas as sso_schemas
from core.accounts.sso.recognition import Recognition
from core.accounts.sso.redemption import Redemption
from core.exceptions import CoreError
from core.models import Actor
from core.ports import AuditLog, Throttle, Transaction
from core.service import UseCase


class ExchangeSsoCode(UseCase, halts=False):
    """Trade the code that a single sign-on ended with for a session.

    A session that an organization's own connection opened is good in that organization alone.
    """

    redemption: Redemption
    recognition: Recognition
    sign_in: SignIn
    throttle: Throttle
    audit: AuditLog
    transaction: Transaction

    async def __call__(
        self, command: sso_schemas.ExchangeSsoCode, actor: Actor
    ) -> schemas.TokenPair:
        await self.throttle.hit((constants.SSO_BY_ADDRESS, actor.ip or ""))
        connection, assertion = await self.redemption(command.code, command.code_verifier)
        try:
            async with self.transaction():
                user = await self.recognition(connection, assertion, actor)
        except CoreError as error:
            await self._rejected(error, connection, actor)
            raise
        proof = models.Proof(
            method="sso",
            amr=("fed",),
            device_label=command.device_label,
            connection_id=connection.id,
            scope_organization_id=connection.organization_id,
        )
        return await self.sign_in(user, proof, actor)

    async def _rejected(self, error: CoreError, connection: sso.Connection, actor: Actor) -> None:
        await self.audit.record(
            actor,
            "sso.login_rejected",
            target=("sso_connection", connection.id),
            organization_id=connection.organization_id,
            outcome="failure",
            reason=error.code,
        )
