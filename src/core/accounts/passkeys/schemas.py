from datetime import datetime
from typing import Any, Self

from core.accounts.fields import Token
from core.accounts.passkeys import models
from core.listing import ListRequest, Lists
from core.models import Line, Model


class PasskeyChallenge(Model):
    """`options` go to the browser as they are, `challenge_token` comes back beside its answer.

    It is good for five minutes and one answer.
    """

    challenge_token: str
    options: dict[str, Any]


class RegisterPasskey(Model):
    challenge_token: Token
    credential: models.RegistrationResponse
    name: Line | None = None


class AnswerPasskeyChallenge(Model):
    challenge_token: Token
    credential: models.AuthenticationResponse


class LogInWithPasskey(AnswerPasskeyChallenge):
    device_label: Line | None = None


class PasskeyName(Model):
    name: Line


class RenamePasskey(PasskeyName):
    passkey_id: models.PasskeyId


class PasskeyReference(Model):
    passkey_id: models.PasskeyId


class PasskeyView(Model):
    id: models.PasskeyId
    name: str
    backed_up: bool
    created_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, passkey: models.Passkey) -> Self:
        return cls.model_validate(passkey.model_dump(include=set(cls.model_fields)))


class ListPasskeys(ListRequest):
    lists = Lists(
        PasskeyView,
        "id name backed_up created_at last_used_at",
        "name created_at last_used_at",
    )
