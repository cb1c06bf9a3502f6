from core import exceptions


class BucketNotFound(exceptions.NotFound):
    """There is no such bucket."""


class BucketExists(exceptions.Conflict):
    """There is a bucket with this name already."""


class BucketNotEmpty(exceptions.Conflict):
    """There are files in this bucket: delete them first."""


class ScannerMissing(exceptions.Invalid):
    """No scanner is set up here, so nothing can be scanned: leave scan_policy at off."""


class ObjectNotFound(exceptions.NotFound):
    """There is no such object."""


class ObjectTooLarge(exceptions.TooLarge):
    """The file is larger than the bucket or the installation takes."""


class ObjectNotAvailable(exceptions.Conflict):
    """The object is not available: object_status says what it is."""


class ObjectQuarantined(exceptions.Forbidden):
    """A scanner found something bad in this file: nobody downloads it."""


class InvalidState(exceptions.Conflict):
    """The object is in a state that does not allow this: see object_status."""


class QuotaExceeded(exceptions.Forbidden):
    """The organization has no room left for a file of this size."""


class ContentTypeNotAllowed(exceptions.Unsupported):
    """The bucket does not take files of this type."""


class UploadNotFound(exceptions.NotFound):
    """There is no such upload."""


class UploadNotOpen(exceptions.Conflict):
    """The upload is over: it was completed, aborted or ran out."""


class OffsetMismatch(exceptions.Conflict):
    """The upload goes on elsewhere than there: see offset."""


class BytesMissing(exceptions.Conflict):
    """The bytes are not there yet: send them to the signed address first."""


class PartOutOfRange(exceptions.Invalid):
    """The upload has no part with this number."""


class PartsInvalid(exceptions.Invalid):
    """The parts do not make up the file: see which are missing or wrong."""


class SizeMismatch(exceptions.Invalid):
    """The file has another size than was declared."""


class ChecksumMismatch(exceptions.Invalid):
    """The file has another SHA-256 than was declared."""


class ContentTypeMismatch(exceptions.Invalid):
    """The file is not what its content type says."""


class LengthRequired(exceptions.LengthMissing):
    """Say in Content-Length how many bytes come."""


class SignatureRefused(exceptions.Forbidden):
    """This signed address is not one of ours, ran out, or was signed for another request."""


class ObjectExists(exceptions.PreconditionFailed):
    """The bytes are there already: they are never replaced."""


class RangeNotSatisfiable(exceptions.RangeRefused):
    """The range begins after the end of the file."""


class ScanSignatureInvalid(exceptions.Unauthenticated):
    """This scan result was not signed with our secret."""


class ScannerUnavailable(exceptions.Unavailable):
    """The scanner is not answering."""


class StoreUnavailable(exceptions.Unavailable):
    """The object store is not answering."""
