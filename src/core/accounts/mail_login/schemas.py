from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from core.accounts.fields import Code, Email, Token
from core.models import Line, Model, OneOf


class RequestMailLogin(Model):
    email: Email


class MailLoginChallenge(Model):
    """Send it with the code of the mail. The same whether or not there is such an account."""

    challenge_token: str = Field(repr=False)


class SignInByMail(OneOf):
    """The `token` of the mail's link; or the `challenge_token`, and with it the mail's `code`."""

    choices = ("token", "challenge_token")

    token: Token | None = None
    challenge_token: Token | None = None
    code: Code | None = None
    device_label: Line | None = None

    @model_validator(mode="after")
    def _code_with_its_challenge(self) -> Self:
        if (self.code is None) != (self.challenge_token is None):
            raise PydanticCustomError("exactly_one", "Send a code with its challenge_token.")
        return self
