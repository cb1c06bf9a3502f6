"""The contracts of bytes, kept by a real S3 server."""

from uuid import uuid4

import pytest

from adapters import s3
from tests.contracts import multipart_uploads, object_reader, object_writer
from tests.contracts.stores import Store
from tests.integration import seaweed


@pytest.fixture
def bucket(s3_url: str) -> s3.Bucket:
    """The tests' bucket; each test has a folder of its own in it."""
    return seaweed.made_bucket(s3_url, key_prefix=f"{uuid4().hex}/")


@pytest.fixture
def store(bucket: s3.Bucket) -> Store:
    """SeaweedFS looks for an object and then completes it: of two at once both may succeed."""
    multipart = s3.MultipartUploads(bucket)
    writer = s3.ObjectWriter(bucket, multipart)
    capabilities = writer.capabilities.model_copy(update={"conditional_complete": False})
    return Store(s3.ObjectReader(bucket), writer, multipart, capabilities)


class TestObjectReaderOnS3(object_reader.ObjectReaderContract): ...


class TestObjectWriterOnS3(object_writer.ObjectWriterContract): ...


class TestMultipartUploadsOnS3(multipart_uploads.MultipartUploadsContract): ...
