from pydantic import Field

from core.accounts.fields import Code, Token
from core.models import Model, OneOf


class TotpEnrolment(Model):
    """What an authenticator app needs to know: to type, and to show as a QR code. Shown once."""

    secret: str = Field(repr=False)
    otpauth_uri: str = Field(repr=False)


class ConfirmTotp(Model):
    code: Code


class NewRecoveryCodes(Model):
    """Each opens the account once when the app is lost. Shown once."""

    recovery_codes: list[str] = Field(repr=False)


class MfaStatus(Model):
    totp: bool
    recovery_codes_left: int


class CompleteMfaChallenge(OneOf):
    """A code of the authenticator app, or a recovery code: exactly one of them."""

    choices = ("code", "recovery_code")

    challenge_token: Token
    code: Code | None = None
    recovery_code: Code | None = None


class ReauthenticateByCode(Model):
    code: Code
