from core.accounts.privacy.service.delete_user import DeleteUser
from core.accounts.privacy.service.export_data import ExportData
from core.accounts.privacy.service.get_export import GetExport
from core.accounts.privacy.service.purge_deleted_accounts import PurgeDeletedAccounts
from core.accounts.privacy.service.purge_exports import PurgeExports
from core.accounts.privacy.service.request_account_deletion import RequestAccountDeletion
from core.accounts.privacy.service.request_export import RequestExport
from core.accounts.privacy.service.restore_account import RestoreAccount
from core.accounts.privacy.service.restore_user import RestoreUser

__all__ = (
    "DeleteUser",
    "ExportData",
    "GetExport",
    "PurgeDeletedAccounts",
    "PurgeExports",
    "RequestAccountDeletion",
    "RequestExport",
    "RestoreAccount",
    "RestoreUser",
)
