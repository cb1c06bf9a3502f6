"""Numbers and names that the storage module stands by."""

from datetime import timedelta
from typing import Final

from core.models import Permission

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

PUT_LIMIT: Final = 5 * GIB  # of S3: what one PUT may carry
PART_LEAST: Final = 8 * MIB  # S3 takes 5 MiB and more, but for the last part
PART_COUNT_AIM: Final = 9_000  # S3 takes 10,000
PARTS_AT_ONCE: Final = 100  # signed in one request: 37 ms of the event loop
PARTS_AT_FIRST: Final = 20  # signed with the answer that opens an upload

SNIFFED: Final = 4 * KIB  # bytes at the beginning that tell what a file is
METADATA_LIMIT: Final = 16 * KIB  # of JSON
FILENAME_LIMIT: Final = 255  # bytes of UTF-8
DOWNLOADS_AT_ONCE: Final = 100

DOWNLOAD_URL_LONGEST: Final = timedelta(hours=24)
REPLAY_SKEW: Final = timedelta(minutes=5)  # a signed PUT may still come after it ran out
SETTLED_WITHIN: Final = timedelta(minutes=1)  # then a verification counts as interrupted,
VERIFIED_A_SECOND: Final = 10 * MIB  # a second later for so many bytes that it reads
SCANNED_WITHIN: Final = timedelta(minutes=15)  # then a scan is asked for again
MULTIPART_OPEN_FOR: Final = timedelta(hours=24)
PROXY_OPEN_FOR: Final = timedelta(hours=6)
COPY_OPEN_FOR: Final = timedelta(hours=1)
PURGE_RETRY: Final = timedelta(minutes=5)  # doubled with each attempt, up to a day
DIGESTED_AT_ONCE: Final = 64 * MIB  # more is hashed by a job, not while the client waits
CHECKED_AT_ONCE: Final = 16 * MIB  # bytes of one request that has a checksum of its own
STRAY_AFTER: Final = timedelta(hours=24)  # then what nobody knows is nobody's
REQUEST_REMEMBERED: Final = timedelta(hours=24)
BATCH: Final = 100  # objects that a job takes at once

_EVERYBODY: Final = frozenset({"owner", "admin", "billing", "member", "viewer"})
_MEMBERS: Final = frozenset({"owner", "admin", "member"})
_ADMINS: Final = frozenset({"owner", "admin"})

BUCKETS_READ: Final = Permission(
    name="buckets:read", about="See buckets and how much they hold.", roles=_EVERYBODY
)
BUCKETS_WRITE: Final = Permission(
    name="buckets:write", about="Create, change and delete buckets.", roles=_ADMINS
)
OBJECTS_READ: Final = Permission(
    name="objects:read", about="List and download files.", roles=_EVERYBODY
)
OBJECTS_WRITE: Final = Permission(
    name="objects:write", about="Upload, rename and copy files.", roles=_MEMBERS
)
OBJECTS_DELETE: Final = Permission(
    name="objects:delete", about="Delete and restore files.", roles=_MEMBERS
)
PERMISSIONS: Final = (BUCKETS_READ, BUCKETS_WRITE, OBJECTS_READ, OBJECTS_WRITE, OBJECTS_DELETE)
