"""What the storage module does by itself."""

from core.models import Job, Model, OrganizationId
from core.storage.models import ObjectId


class SettleUpload(Job):
    """Verify an object that is too large to be verified while its client waits."""

    name = "storage.settle_upload"

    organization_id: OrganizationId
    object_id: ObjectId


class ScanObject(Job):
    name = "storage.scan_object"

    organization_id: OrganizationId
    object_id: ObjectId


class ExpireUploads(Job):
    name = "storage.expire_uploads"
    lock = "storage.expire_uploads"


class ResumeInterrupted(Job):
    """Take up what a process died over: verifications and scans."""

    name = "storage.resume_interrupted"
    lock = "storage.resume_interrupted"


class PurgeObjects(Job):
    name = "storage.purge_objects"
    lock = "storage.purge_objects"


class AbortStaleMultiparts(Job):
    name = "storage.abort_stale_multiparts"
    lock = "storage.abort_stale_multiparts"


class ReconcileUsage(Job):
    name = "storage.reconcile_usage"
    lock = "storage.reconcile_usage"

    organization_id: OrganizationId | None = None


class ReconcileOrphans(Job):
    """Compare what lies in the store with what should; `delete` removes what is nobody's."""

    name = "storage.reconcile_orphans"
    lock = "storage.reconcile_orphans"

    delete: bool = False


class OrphanReport(Model):
    """How many keys are nobody's, how many objects have no bytes, and some keys of either kind."""

    strays: int
    missing: int
    deleted: bool
    examples: list[str]


class ApplyStoreRules(Model):
    """Tell the store everything that it is told once."""


class ExamineStore(Model):
    """Look whether the store keeps the rules that we rely on."""
