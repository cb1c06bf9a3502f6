from datetime import datetime

from core.models import Job, Model, OrganizationId


class DeleteOrganization(Model):
    """Whose end it is; left out, the organization that the actor asks in."""

    organization_id: OrganizationId | None = None


class PendingOrganizationDeletion(Model):
    """Until then its owners can restore it."""

    deletes_at: datetime


class RestoreOrganization(Model):
    """`mine`: as one of its owners asks, not an operator."""

    organization_id: OrganizationId
    mine: bool = False


class PurgeDeletedOrganizations(Job):
    """Erase organizations whose deletion is due, in every module."""

    name = "accounts.purge_organizations"
    lock = "accounts.purge_organizations"


class PurgedOrganizations(Model):
    deleted: int
