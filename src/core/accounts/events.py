"""What happens in the accounts module that others may want to hear of."""

from core.models import Event, OrganizationEvent, SessionId, UserId


class UserRegistered(Event):
    topic = "accounts.user_registered"

    user_id: UserId


class UserEmailVerified(Event):
    topic = "accounts.user_email_verified"

    user_id: UserId


class UserDeleted(Event):
    """Somebody is gone for good, and with them what the accounts module knew of them."""

    topic = "accounts.user_deleted"

    user_id: UserId


class UserLoggedIn(Event):
    topic = "accounts.user_logged_in"

    user_id: UserId
    session_id: SessionId


class OrganizationCreated(OrganizationEvent):
    topic = "accounts.organization_created"

    user_id: UserId


class OrganizationDeleted(OrganizationEvent):
    """An organization is gone for good, and everything of it in every module."""

    topic = "accounts.organization_deleted"


class MemberAdded(OrganizationEvent):
    topic = "accounts.member_added"

    user_id: UserId
    role: str


class MemberRoleChanged(OrganizationEvent):
    topic = "accounts.member_role_changed"

    user_id: UserId
    role: str


class MemberRemoved(OrganizationEvent):
    topic = "accounts.member_removed"

    user_id: UserId
