"""Everything that can be done with files."""

from core.storage.service.abort_stale_multiparts import AbortStaleMultiparts
from core.storage.service.abort_upload import AbortUpload
from core.storage.service.append_to_upload import AppendToUpload
from core.storage.service.apply_store_rules import ApplyStoreRules
from core.storage.service.complete_upload import CompleteUpload
from core.storage.service.copy_object import CopyObject
from core.storage.service.create_bucket import CreateBucket
from core.storage.service.delete_bucket import DeleteBucket
from core.storage.service.delete_object import DeleteObject
from core.storage.service.examine_store import ExamineStore
from core.storage.service.expire_uploads import ExpireUploads
from core.storage.service.get_bucket import GetBucket
from core.storage.service.get_by_grant import GetByGrant
from core.storage.service.get_object import GetObject
from core.storage.service.get_resumable import GetResumable
from core.storage.service.get_usage import GetUsage
from core.storage.service.list_buckets import ListBuckets
from core.storage.service.list_objects import ListObjects
from core.storage.service.list_parts import ListParts
from core.storage.service.make_download_url import MakeDownloadUrl
from core.storage.service.make_download_urls import MakeDownloadUrls
from core.storage.service.open_content import OpenContent
from core.storage.service.open_public_content import OpenPublicContent
from core.storage.service.open_resumable import OpenResumable
from core.storage.service.open_upload import OpenUpload
from core.storage.service.purge_objects import PurgeObjects
from core.storage.service.put_by_grant import PutByGrant
from core.storage.service.reconcile_orphans import ReconcileOrphans
from core.storage.service.reconcile_usage import ReconcileUsage
from core.storage.service.record_scan_result import RecordScanResult
from core.storage.service.restore_object import RestoreObject
from core.storage.service.resume_interrupted import ResumeInterrupted
from core.storage.service.scan_object import ScanObject
from core.storage.service.set_quota import SetQuota
from core.storage.service.settle_upload import SettleUpload
from core.storage.service.sign_parts import SignParts
from core.storage.service.update_bucket import UpdateBucket
from core.storage.service.update_object import UpdateObject
from core.storage.service.upload_direct import UploadDirect

__all__ = (
    "AbortStaleMultiparts",
    "AbortUpload",
    "AppendToUpload",
    "ApplyStoreRules",
    "CompleteUpload",
    "CopyObject",
    "CreateBucket",
    "DeleteBucket",
    "DeleteObject",
    "ExamineStore",
    "ExpireUploads",
    "GetBucket",
    "GetByGrant",
    "GetObject",
    "GetResumable",
    "GetUsage",
    "ListBuckets",
    "ListObjects",
    "ListParts",
    "MakeDownloadUrl",
    "MakeDownloadUrls",
    "OpenContent",
    "OpenPublicContent",
    "OpenResumable",
    "OpenUpload",
    "PurgeObjects",
    "PutByGrant",
    "ReconcileOrphans",
    "ReconcileUsage",
    "RecordScanResult",
    "RestoreObject",
    "ResumeInterrupted",
    "ScanObject",
    "SetQuota",
    "SettleUpload",
    "SignParts",
    "UpdateBucket",
    "UpdateObject",
    "UploadDirect",
)
