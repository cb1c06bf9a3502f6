from core.accounts.mfa.service.complete_mfa_challenge import CompleteMfaChallenge
from core.accounts.mfa.service.confirm_totp import ConfirmTotp
from core.accounts.mfa.service.disable_totp import DisableTotp
from core.accounts.mfa.service.enroll_totp import EnrollTotp
from core.accounts.mfa.service.get_mfa_status import GetMfaStatus
from core.accounts.mfa.service.reauthenticate_by_code import ReauthenticateByCode
from core.accounts.mfa.service.regenerate_recovery_codes import RegenerateRecoveryCodes
from core.accounts.mfa.service.reset_user_mfa import ResetUserMfa

__all__ = (
    "CompleteMfaChallenge",
    "ConfirmTotp",
    "DisableTotp",
    "EnrollTotp",
    "GetMfaStatus",
    "ReauthenticateByCode",
    "RegenerateRecoveryCodes",
    "ResetUserMfa",
)
