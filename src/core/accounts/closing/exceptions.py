from core import exceptions


class OrganizationNotPendingDeletion(exceptions.Conflict):
    """This organization is not about to be deleted."""
