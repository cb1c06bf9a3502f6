from datetime import datetime
from typing import Any, Self

from core.accounts.fields import Password, Token
from core.accounts.privacy import models
from core.models import Job, Model, UserId


class ExportData(Job):
    """Gather what we hold about somebody."""

    name = "accounts.export_data"

    user_id: UserId
    export_id: models.ExportId


class GetExport(Model):
    export_id: models.ExportId


class RequestedExport(Model):
    id: models.ExportId
    status: models.ExportStatus


class ExportView(RequestedExport):
    """`data` holds what each module knows, by its name, once it is ready."""

    created_at: datetime
    expires_at: datetime
    data: dict[str, Any] | None = None

    @classmethod
    def of(cls, export: models.DataExport, data: dict[str, Any] | None) -> Self:
        return cls(
            id=export.id,
            status=export.status,
            created_at=export.created_at,
            expires_at=export.expires_at,
            data=data,
        )


class RequestAccountDeletion(Model):
    """The password may be left out by somebody who has none."""

    password: Password | None = None


class PendingDeletion(Model):
    """Until then the mailed link restores the account."""

    deletes_at: datetime


class RestoreAccount(Model):
    token: Token


class PurgeDeletedAccounts(Job):
    """Forget people whose deletion is due."""

    name = "accounts.purge_deleted"


class Purged(Model):
    """How many are gone, and who stays as an organization's last owner."""

    deleted: int
    kept: list[UserId]


class PurgeExports(Job):
    """Forget exports that have expired."""

    name = "accounts.purge_exports"
