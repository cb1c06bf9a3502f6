from core.accounts.impersonation.service.start_impersonation import StartImpersonation
from core.accounts.impersonation.service.stop_impersonation import StopImpersonation

__all__ = ("StartImpersonation", "StopImpersonation")
