"""Recovery codes: how they are made, shown and read."""

import secrets

from pydantic import SecretStr

from core.accounts.mfa import constants, models
from core.accounts.ports import PasswordHasher
from core.models import UserId
from core.ports import Clock, Ids


async def fresh(
    user_id: UserId, hasher: PasswordHasher, clock: Clock, ids: Ids
) -> tuple[list[str], list[models.RecoveryCode]]:
    """Return new codes as they are shown, and as they are kept."""
    shown = [_random() for _ in range(constants.RECOVERY_CODES)]
    hashes = [await hasher.hash(as_kept(SecretStr(code))) for code in shown]
    now = clock.now()
    kept = [
        models.RecoveryCode(
            id=models.RecoveryCodeId(ids.new()), user_id=user_id, code_hash=one, created_at=now
        )
        for one in hashes
    ]
    return shown, kept


def as_kept(code: SecretStr) -> SecretStr:
    """Return a code as it is hashed: neither its case nor its dash matters."""
    return SecretStr(code.get_secret_value().replace("-", "").upper())


def _random() -> str:
    alphabet, length = constants.RECOVERY_ALPHABET, constants.RECOVERY_LENGTH
    code = "".join(secrets.choice(alphabet) for _ in range(length))
    return f"{code[: length // 2]}-{code[length // 2 :]}"
