from core import exceptions


class FlagNotFound(exceptions.NotFound):
    """There is no such feature flag."""


class FlagKeyTaken(exceptions.Conflict):
    """There is a feature flag with this key already."""


class TooManyFlags(exceptions.Conflict):
    """An organization has so many feature flags at most: delete one first."""


class TargetingKeyMissing(exceptions.Malformed):
    """The flag is split: say in targetingKey, a text in the context, who it is asked for."""


class ContextInvalid(exceptions.Malformed):
    """The context is an object, and its targetingKey, if it has one, is a text."""
