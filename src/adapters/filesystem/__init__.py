"""Objects as files. Their bytes alone: whatever else is known of them is in the database."""

from adapters.filesystem.folder import Folder
from adapters.filesystem.multipart import MultipartUploads
from adapters.filesystem.objects import ObjectReader, ObjectWriter
from adapters.filesystem.rules import NoRules

__all__ = ("Folder", "MultipartUploads", "NoRules", "ObjectReader", "ObjectWriter")
