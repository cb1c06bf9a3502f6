from core.accounts.closing.service.delete_organization import DeleteOrganization
from core.accounts.closing.service.purge_deleted_organizations import PurgeDeletedOrganizations
from core.accounts.closing.service.restore_organization import RestoreOrganization

__all__ = ("DeleteOrganization", "PurgeDeletedOrganizations", "RestoreOrganization")
