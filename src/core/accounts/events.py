"""What happens in the accounts module that others may want to hear of."""

from datetime import datetime

from core.models import Event, OrganizationId, SessionId, UserId


class UserRegistered(Event):
    topic = "accounts.user_registered"

    user_id: UserId
    at: datetime


class UserEmailVerified(Event):
    topic = "accounts.user_email_verified"

    user_id: UserId
    at: datetime


class UserDeleted(Event):
    """Somebody is gone for good, and with them what the accounts module knew of them."""

    topic = "accounts.user_deleted"

    user_id: UserId
    at: datetime


class UserLoggedIn(Event):
    topic = "accounts.user_logged_in"

    user_id: UserId
    session_id: SessionId
    at: datetime


class OrganizationCreated(Event):
    topic = "accounts.organization_created"

    organization_id: OrganizationId
    user_id: UserId
    at: datetime


class OrganizationDeleted(Event):
    """An organization is gone for good, and everything of it in every module."""

    topic = "accounts.organization_deleted"

    organization_id: OrganizationId
    at: datetime


class MemberAdded(Event):
    topic = "accounts.member_added"

    organization_id: OrganizationId
    user_id: UserId
    role: str
    at: datetime


class MemberRoleChanged(Event):
    topic = "accounts.member_role_changed"

    organization_id: OrganizationId
    user_id: UserId
    role: str
    at: datetime


class MemberRemoved(Event):
    topic = "accounts.member_removed"

    organization_id: OrganizationId
    user_id: UserId
    at: datetime
