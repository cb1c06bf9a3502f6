from hashlib import sha256
from urllib.parse import urlencode
from uuid import UUID

from pydantic import SecretStr

from core.accounts import exceptions as accounts
from core.accounts.config import AccountsConfig
from core.accounts.sso import constants, exceptions, models, policies, ports, schemas
from core.exceptions import CoreError
from core.models import Actor
from core.ports import AuditLog, Clock, Seals, SecretBox, Throttle, Transaction
from core.service import UseCase


class AnswerSso(UseCase, halts=False):
    """Take what a provider sent a browser back with; return where the browser goes on to.

    It counts once, for the connection it was begun with, in the browser that began it: nobody can
    be signed in to somebody else's account by a link.
    """

    sso_connections: ports.SsoConnections
    sso_transactions: ports.SsoTransactions
    oidc_client: ports.OidcClient
    accounts_config: AccountsConfig
    throttle: Throttle
    secret_box: SecretBox
    seals: Seals
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    async def __call__(self, command: schemas.AnswerSso, actor: Actor) -> str:
        await self.throttle.hit((constants.SSO_BY_ADDRESS, actor.ip or ""))
        begun = await self._begun(command)
        connection = await self.sso_connections.find(begun.connection_id)
        if connection is None or not connection.enabled:
            raise exceptions.ConnectionNotFound
        try:
            assertion = await self._assertion(command, begun, connection)
        except (exceptions.IdpError, exceptions.IdTokenRefused) as error:
            await self._rejected(error, connection, actor)
            return _with(begun.return_to, error=error.code)
        box = self.secret_box.encrypt(assertion.model_dump_json().encode())
        await self.sso_transactions.keep(begun.id, box, self.clock.now() + constants.CODE_LIFETIME)
        code = self.seals.seal(constants.CODE_SEAL, begun.id.bytes)
        return _with(begun.return_to, code=code)

    async def _begun(self, command: schemas.AnswerSso) -> models.Transaction:
        payload = self.seals.unseal(constants.STATE_SEAL, command.state or "")
        if payload is None or command.browser is None:
            raise accounts.TokenInvalidOrExpired
        browser_hash = sha256(command.browser.get_secret_value().encode()).digest()
        begun = await self.sso_transactions.take(
            models.TransactionId(UUID(bytes=payload)), browser_hash, self.clock.now()
        )
        if begun is None or begun.connection_id != command.connection_id:
            raise accounts.TokenInvalidOrExpired
        return begun

    async def _assertion(
        self, command: schemas.AnswerSso, begun: models.Transaction, connection: models.Connection
    ) -> models.Assertion:
        if command.code is None:
            raise exceptions.IdpError("It sent no code back.")
        pending = models.Pending.model_validate_json(self.secret_box.decrypt(begun.secrets_box))
        request = models.Request(
            redirect_uri=self.accounts_config.sso_redirect_uri(connection.id),
            state=command.state or "",
            nonce=SecretStr(pending.nonce),
            code_verifier=SecretStr(pending.code_verifier),
        )
        answer = models.Answer(code=command.code, state=request.state, iss=command.iss)
        provider = policies.provider(connection, self.secret_box)
        return await self.oidc_client.assertion(provider, request, answer)

    async def _rejected(
        self, error: CoreError, connection: models.Connection, actor: Actor
    ) -> None:
        await self.audit.record(
            actor,
            "sso.login_rejected",
            target=("sso_connection", connection.id),
            organization_id=connection.organization_id,
            outcome="failure",
            reason=error.code,
            detail=error.detail,
        )


def _with(url: str, **parameters: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"
