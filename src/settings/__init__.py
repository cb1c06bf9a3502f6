"""What the environment decides. Nothing else in the project reads it."""

from settings.model import Settings, UnfitSettings
from settings.production import UnsafeSettings, check, problems
from settings.reference import reference

__all__ = ("Settings", "UnfitSettings", "UnsafeSettings", "check", "problems", "reference")
