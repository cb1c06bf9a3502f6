from core import exceptions


class InvalidCredentials(exceptions.Unauthenticated):
    """The email or the password is wrong."""


class TokenInvalid(exceptions.Unauthenticated):
    """This token is not one of ours."""


class TokenExpired(exceptions.Unauthenticated):
    """This token has expired: refresh it."""


class SessionRevoked(exceptions.Unauthenticated):
    """This session has ended: sign in again."""


class RefreshReuseDetected(exceptions.Unauthenticated):
    """An old refresh token was used again, so the session was ended: sign in again."""


class ReauthenticationRequired(exceptions.Forbidden):
    """Confirm that it is you first."""


class MfaRequired(exceptions.Unauthenticated):
    """Prove it with a second factor: send its code with the `challenge_token`."""


class EmailNotVerified(exceptions.Forbidden):
    """Verify your email address first: the link is in your mailbox."""


class AccountSuspended(exceptions.Forbidden):
    """This account is suspended."""


class AccountPendingDeletion(exceptions.Forbidden):
    """This account is about to be deleted: the link that restores it is in your mailbox."""


class SsoRequired(exceptions.Forbidden):
    """This organization has its own sign-in: sign in that way."""


class InvitationNotYours(exceptions.Forbidden):
    """This invitation was sent to another email address."""


class TokenInvalidOrExpired(exceptions.Malformed):
    """This link is not valid any more: ask for a new one."""


class WeakPassword(exceptions.Invalid):
    """This password is too easy to guess."""


class EmailTaken(exceptions.Conflict):
    """An account with this email already exists."""


class UserNotFound(exceptions.NotFound):
    """There is no such user."""


class SessionNotFound(exceptions.NotFound):
    """There is no such session."""


class OrganizationNotFound(exceptions.NotFound):
    """There is no such organization."""


class MemberNotFound(exceptions.NotFound):
    """There is no such member."""


class InvitationNotFound(exceptions.NotFound):
    """There is no such invitation."""


class SlugTaken(exceptions.Conflict):
    """Another organization has this slug."""


class SeatsExhausted(exceptions.Conflict):
    """All seats that are paid for are taken: pay for more of them first."""


class AlreadyMember(exceptions.Conflict):
    """This person is a member already."""


class AlreadyInvited(exceptions.Conflict):
    """This person is invited already: resend the invitation instead."""


class InvitationNotPending(exceptions.Conflict):
    """This invitation was answered, revoked or has expired."""


class LastCredential(exceptions.Conflict):
    """This is your last way to sign in: choose a password or add another one first."""


class LastOwner(exceptions.Conflict):
    """An organization needs an owner: make somebody else one first."""


class RotationTooEarly(exceptions.Conflict):
    """The next signing key is not published long enough for every client to know it."""
