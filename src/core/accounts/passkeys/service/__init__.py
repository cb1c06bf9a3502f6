from core.accounts.passkeys.service.begin_passkey_login import BeginPasskeyLogin
from core.accounts.passkeys.service.begin_passkey_registration import BeginPasskeyRegistration
from core.accounts.passkeys.service.list_passkeys import ListPasskeys
from core.accounts.passkeys.service.log_in_with_passkey import LogInWithPasskey
from core.accounts.passkeys.service.reauthenticate_with_passkey import ReauthenticateWithPasskey
from core.accounts.passkeys.service.register_passkey import RegisterPasskey
from core.accounts.passkeys.service.remove_passkey import RemovePasskey
from core.accounts.passkeys.service.rename_passkey import RenamePasskey

__all__ = (
    "BeginPasskeyLogin",
    "BeginPasskeyRegistration",
    "ListPasskeys",
    "LogInWithPasskey",
    "ReauthenticateWithPasskey",
    "RegisterPasskey",
    "RemovePasskey",
    "RenamePasskey",
)
