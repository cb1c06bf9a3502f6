"""What can go wrong, told without a word about HTTP.

An error is one of the few kinds below. Its class name is its stable code, its docstring is its
title; each entrypoint decides what a kind looks like outside.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, override


@dataclass(frozen=True)
class FieldError:
    """One field that is wrong: an RFC 6901 pointer, a stable code and a sentence."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True)
class Exceeded:
    """A limit of `count` in `seconds` that was passed, and how long it is closed."""

    name: str
    count: int
    seconds: int
    seconds_left: int


class CoreError(Exception):
    """The core refused to do this."""

    code: ClassVar[str] = "core_error"
    title: ClassVar[str] = "The core refused to do this."

    @override
    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()
        cls.title = (cls.__doc__ or cls.code).splitlines()[0]

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        **members: object,
    ) -> None:
        """Say more: which fields, after how many seconds to retry, further documented members."""
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.members = members


# --- The kinds ------------------------------------------------------------------------------------


class Malformed(CoreError):
    """The request can't be read."""


class Unauthenticated(CoreError):
    """We do not know who is asking."""


class Forbidden(CoreError):
    """We know who is asking, and they may not."""


class PaymentRequired(CoreError):
    """It was not paid."""


class NotFound(CoreError):
    """There is no such thing."""


class Conflict(CoreError):
    """It clashes with something that already exists."""


class PreconditionFailed(CoreError):
    """It is not as you last saw it."""


class PreconditionMissing(CoreError):
    """Say which version you mean to change."""


class TooLarge(CoreError):
    """It is larger than we take."""


class Unsupported(CoreError):
    """It is of a kind that we do not take."""


class LengthMissing(CoreError):
    """It does not say how long it is."""


class RangeRefused(CoreError):
    """It has no such part."""


class Invalid(CoreError):
    """The request makes no sense as it stands."""


class TooMany(CoreError):
    """There were too many of these."""


class Unavailable(CoreError):
    """Something we lean on is not answering."""


class BadGateway(CoreError):
    """Somebody else's service gave an answer that makes no sense."""


# --- What every module may raise ------------------------------------------------------------------


class ValidationFailed(Invalid):
    """Some fields are not as they must be."""


class AuthenticationRequired(Unauthenticated):
    """Sign in first."""


class PermissionDenied(Forbidden):
    """Your role does not allow this."""


class SecondFactorRequired(Forbidden):
    """Sign in with a second factor first: set one up under your account if you have none."""


class ImpersonationReadOnly(Forbidden):
    """You may only look at this account, not change anything in it."""


class VersionMismatch(PreconditionFailed):
    """Somebody changed it since you last read it."""


class QueryTooExpensive(Invalid):
    """This takes too long to answer: ask for less at once, or by what is indexed or metered."""


class ContentTooLarge(TooLarge):
    """This is more than the service takes at once."""


class RateLimited(TooMany):
    """Too many attempts: wait a moment."""

    def __init__(self, *exceeded: "Exceeded") -> None:
        """Say which limits these were; the longest wait is the one that counts."""
        waits = [one.seconds_left for one in exceeded]
        super().__init__(retry_after=max(waits, default=None))
        self.exceeded = exceeded


class ReadOnlyMode(Unavailable):
    """Nothing can be changed at the moment: an operator keeps the service read-only."""


class SignUpsClosed(Forbidden):
    """Nobody new can sign up at the moment; whoever is invited can."""


class Overloaded(Unavailable):
    """The service has more to do than it can: try again in a moment."""


class InvalidCursor(Malformed):
    """This cursor is not one of ours."""


class CursorMismatch(Malformed):
    """The cursor belongs to a list with another filter or order: begin without one."""


class BadFilter(Malformed):
    """A filter is `filter[field][operator]=value`: this one is not."""


class BadSort(Malformed):
    """Sort by up to three fields, separated by commas; a minus puts the largest first."""


class UnknownField(Malformed):
    """There is no such field to be shown."""


class SortNotIndexed(Invalid):
    """The list is not sorted by this field: the detail says by which."""


class ListTooExpensive(Invalid):
    """This takes too long: ask for fewer rows with another filter, order, or no count."""


class IdempotencyKeyReused(Invalid):
    """This idempotency key was used for another request."""


class IdempotencyAnswerLost(Conflict):
    """It was done, but the answer can't be read any more: look at what came of it."""


class IdempotencyKeyInFlight(Conflict):
    """The first request with this idempotency key is still running."""
