import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from pydantic import SecretStr

from core.accounts import exceptions as accounts
from core.accounts.sso import constants, exceptions, models, ports
from core.ports import Clock, Seals, SecretBox
from core.service import Collaborator


class Redeemed(NamedTuple):
    connection: models.Connection
    assertion: models.Assertion


class Redemption(Collaborator):
    """Trades the code that a sign-in ended with for what the provider stated, once.

    Only whoever began the sign-in has the verifier of its challenge (RFC 7636): a code that leaks
    from an address bar or a log is worth nothing.
    """

    sso_transactions: ports.SsoTransactions
    sso_connections: ports.SsoConnections
    secret_box: SecretBox
    seals: Seals
    clock: Clock

    async def __call__(self, code: SecretStr, code_verifier: str) -> Redeemed:
        payload = self.seals.unseal(constants.CODE_SEAL, code.get_secret_value())
        if payload is None:
            raise accounts.TokenInvalidOrExpired
        found = await self.sso_transactions.redeem(
            models.TransactionId(UUID(bytes=payload)), self.clock.now()
        )
        if found is None or not _proves(code_verifier, found.code_challenge):
            raise accounts.TokenInvalidOrExpired
        connection = await self.sso_connections.find(found.connection_id)
        if connection is None or not connection.enabled:
            raise exceptions.ConnectionNotFound
        stated = self.secret_box.decrypt(found.assertion_box or b"")
        return Redeemed(connection, models.Assertion.model_validate_json(stated))


def _proves(code_verifier: str, code_challenge: str) -> bool:
    made = urlsafe_b64encode(sha256(code_verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, code_challenge.encode())
