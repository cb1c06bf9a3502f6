import secrets
from hashlib import sha256

from pydantic import SecretStr

from core.accounts.config import AccountsConfig
from core.accounts.sso import constants, exceptions, models, policies, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Clock, Ids, Seals, SecretBox, Throttle, Transaction
from core.service import UseCase


class StartSso(UseCase, halts=False):
    """Send a browser to a sign-in provider; it comes back to `return_to` with a code."""

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
    ids: Ids

    async def __call__(self, command: schemas.StartSso, actor: Actor) -> str:
        await self.throttle.hit((constants.SSO_BY_ADDRESS, actor.ip or ""))
        if command.return_to not in self.accounts_config.sso_return_urls:
            raise exceptions.ReturnToRefused
        connection = await self.sso_connections.find(command.connection_id)
        if connection is None or not connection.enabled:
            raise exceptions.ConnectionNotFound
        begun, request = self._begun(connection, command)
        provider = policies.provider(connection, self.secret_box)
        url = await self.oidc_client.authorization_url(provider, request)
        async with self.transaction():
            await self.sso_transactions.add(begun)
            await self.audit.record(
                actor,
                "sso.login_started",
                target=("sso_connection", connection.id),
                organization_id=connection.organization_id,
            )
        return url

    def _begun(
        self, connection: models.Connection, command: schemas.StartSso
    ) -> tuple[models.Transaction, models.Request]:
        now, transaction_id = self.clock.now(), models.TransactionId(self.ids.new())
        pending = models.Pending(
            nonce=secrets.token_urlsafe(32), code_verifier=secrets.token_urlsafe(48)
        )
        begun = models.Transaction(
            id=transaction_id,
            connection_id=connection.id,
            browser_hash=sha256(command.browser.get_secret_value().encode()).digest(),
            secrets_box=self.secret_box.encrypt(pending.model_dump_json().encode()),
            return_to=command.return_to,
            code_challenge=command.code_challenge,
            created_at=now,
            expires_at=now + constants.TRANSACTION_LIFETIME,
        )
        request = models.Request(
            redirect_uri=self.accounts_config.sso_redirect_uri(connection.id),
            state=self.seals.seal(constants.STATE_SEAL, transaction_id.bytes),
            nonce=SecretStr(pending.nonce),
            code_verifier=SecretStr(pending.code_verifier),
        )
        return begun, request
