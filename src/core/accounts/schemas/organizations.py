"""Organizations, members and invitations."""

from datetime import datetime

from core.accounts import models
from core.accounts.fields import Email, RoleKey, Slug, Token
from core.audit import AuditEvent, AuditFilter
from core.listing import ListRequest, Lists, WholeList
from core.models import Line, Model, Patch, UserId


class CreateOrganization(Model):
    name: Line
    slug: Slug | None = None


class OrganizationChanges(Patch):
    """`mfa_required`: whether only sessions of two factors get in."""

    name: Line | None = None
    slug: Slug | None = None
    mfa_required: bool | None = None


class UpdateOrganization(Model):
    """`expected_version` is the version that was read; None overwrites whatever is there."""

    changes: OrganizationChanges
    expected_version: int | None = None


class MemberRole(Model):
    role: RoleKey


class ChangeMemberRole(Model):
    user_id: UserId
    role: RoleKey


class ListMembers(ListRequest):
    lists = Lists(
        models.Member,
        "user_id email display_name role created_at",
        "email display_name role created_at",
        key="user_id",
    )


class UserReference(Model):
    user_id: UserId


class InviteMember(Model):
    email: Email
    role: RoleKey = "member"


class ListInvitations(ListRequest):
    lists = Lists(
        models.Invitation,
        "id email role inviter_id status created_at expires_at",
        "email role status created_at expires_at",
    )


class InvitationReference(Model):
    invitation_id: models.InvitationId


class AnswerInvitation(Model):
    token: Token


class InvitationPreview(Model):
    """What a holder of the link may know before answering."""

    organization_name: str
    email: str
    role: str
    expires_at: datetime


class ListAuditEvents(ListRequest, AuditFilter):
    lists = Lists(
        AuditEvent,
        "id occurred_at action actor_kind actor_id impersonator_id organization_id target_type"
        " target_id session_id ip request_id outcome",
        "",
    )


class ListMyOrganizations(ListRequest):
    lists = Lists(
        models.OrganizationOfUser,
        "id name slug role sso_enforced mfa_required created_at updated_at version",
        "name slug created_at role",
    )


class ListMyInvitations(WholeList):
    lists = Lists(
        models.InvitationOfUser,
        "id organization_id organization_name role inviter_id created_at expires_at",
        "organization_name role created_at expires_at",
    )
