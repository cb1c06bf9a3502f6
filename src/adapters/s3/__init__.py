"""Objects on S3, or on what speaks its protocol. Loaded only where it is used: boto3 is large."""

from adapters.s3.client import Bucket, S3Config
from adapters.s3.multipart import MultipartUploads
from adapters.s3.objects import ObjectReader, ObjectWriter
from adapters.s3.rules import BucketRules
from adapters.s3.signer import UrlSigner

__all__ = (
    "Bucket",
    "BucketRules",
    "MultipartUploads",
    "ObjectReader",
    "ObjectWriter",
    "S3Config",
    "UrlSigner",
)
