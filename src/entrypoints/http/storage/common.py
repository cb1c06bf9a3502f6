"""What the routes of storage share."""

from typing import Final

from core.storage import exceptions
from entrypoints.http import problems
from entrypoints.http.accounts.organizations import TENANT

PREFIX: Final = "/v1/organizations/{organization_id}/storage"

BUCKET: Final = TENANT | problems.responses(exceptions.BucketNotFound)
OBJECT: Final = TENANT | problems.responses(exceptions.ObjectNotFound)
UPLOAD: Final = TENANT | problems.responses(
    exceptions.UploadNotFound, exceptions.UploadNotOpen, exceptions.StoreUnavailable
)
DOWNLOAD: Final = OBJECT | problems.responses(
    exceptions.ObjectNotAvailable, exceptions.ObjectQuarantined
)
ADMISSION: Final = problems.responses(
    exceptions.BucketNotFound,
    exceptions.ObjectTooLarge,
    exceptions.ContentTypeNotAllowed,
    exceptions.QuotaExceeded,
    exceptions.StoreUnavailable,
)
VERIFICATION: Final = problems.responses(
    exceptions.SizeMismatch,
    exceptions.ChecksumMismatch,
    exceptions.ContentTypeMismatch,
    exceptions.ContentTypeNotAllowed,
    exceptions.UploadNotOpen,
)
