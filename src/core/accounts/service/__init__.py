from core.accounts.service.accept_invitation import AcceptInvitation
from core.accounts.service.authenticate import Authenticate
from core.accounts.service.change_member_role import ChangeMemberRole
from core.accounts.service.change_password import ChangePassword
from core.accounts.service.confirm_email_change import ConfirmEmailChange
from core.accounts.service.create_organization import CreateOrganization
from core.accounts.service.create_user import CreateUser
from core.accounts.service.decline_invitation import DeclineInvitation
from core.accounts.service.end_session import EndSession
from core.accounts.service.ensure_signing_keys import EnsureSigningKeys
from core.accounts.service.find_organization import FindOrganization
from core.accounts.service.get_organization import GetOrganization
from core.accounts.service.get_user import GetUser
from core.accounts.service.grant_platform_role import GrantPlatformRole
from core.accounts.service.invite_member import InviteMember
from core.accounts.service.leave_organization import LeaveOrganization
from core.accounts.service.list_audit_events import ListAuditEvents
from core.accounts.service.list_invitations import ListInvitations
from core.accounts.service.list_members import ListMembers
from core.accounts.service.list_my_invitations import ListMyInvitations
from core.accounts.service.list_my_organizations import ListMyOrganizations
from core.accounts.service.list_organizations import ListOrganizations
from core.accounts.service.list_sessions import ListSessions
from core.accounts.service.list_signing_keys import ListSigningKeys
from core.accounts.service.list_user_sessions import ListUserSessions
from core.accounts.service.list_users import ListUsers
from core.accounts.service.log_in import LogIn
from core.accounts.service.log_out import LogOut
from core.accounts.service.preview_invitation import PreviewInvitation
from core.accounts.service.purge_expired import PurgeExpired
from core.accounts.service.reauthenticate import Reauthenticate
from core.accounts.service.reencrypt_secrets import ReencryptSecrets
from core.accounts.service.refresh_session import RefreshSession
from core.accounts.service.register_user import RegisterUser
from core.accounts.service.remove_member import RemoveMember
from core.accounts.service.request_email_change import RequestEmailChange
from core.accounts.service.request_password_reset import RequestPasswordReset
from core.accounts.service.resend_invitation import ResendInvitation
from core.accounts.service.resend_verification import ResendVerification
from core.accounts.service.reset_password import ResetPassword
from core.accounts.service.revoke_invitation import RevokeInvitation
from core.accounts.service.revoke_other_sessions import RevokeOtherSessions
from core.accounts.service.revoke_session import RevokeSession
from core.accounts.service.revoke_user_sessions import RevokeUserSessions
from core.accounts.service.rotate_signing_keys import RotateSigningKeys
from core.accounts.service.search_audit_events import SearchAuditEvents
from core.accounts.service.send_password_link import SendPasswordLink
from core.accounts.service.set_user_status import SetUserStatus
from core.accounts.service.transfer_ownership import TransferOwnership
from core.accounts.service.update_me import UpdateMe
from core.accounts.service.update_organization import UpdateOrganization
from core.accounts.service.verify_email import VerifyEmail

__all__ = (
    "AcceptInvitation",
    "Authenticate",
    "ChangeMemberRole",
    "ChangePassword",
    "ConfirmEmailChange",
    "CreateOrganization",
    "CreateUser",
    "DeclineInvitation",
    "EndSession",
    "EnsureSigningKeys",
    "FindOrganization",
    "GetOrganization",
    "GetUser",
    "GrantPlatformRole",
    "InviteMember",
    "LeaveOrganization",
    "ListAuditEvents",
    "ListInvitations",
    "ListMembers",
    "ListMyInvitations",
    "ListMyOrganizations",
    "ListOrganizations",
    "ListSessions",
    "ListSigningKeys",
    "ListUserSessions",
    "ListUsers",
    "LogIn",
    "LogOut",
    "PreviewInvitation",
    "PurgeExpired",
    "Reauthenticate",
    "ReencryptSecrets",
    "RefreshSession",
    "RegisterUser",
    "RemoveMember",
    "RequestEmailChange",
    "RequestPasswordReset",
    "ResendInvitation",
    "ResendVerification",
    "ResetPassword",
    "RevokeInvitation",
    "RevokeOtherSessions",
    "RevokeSession",
    "RevokeUserSessions",
    "RotateSigningKeys",
    "SearchAuditEvents",
    "SendPasswordLink",
    "SetUserStatus",
    "TransferOwnership",
    "UpdateMe",
    "UpdateOrganization",
    "VerifyEmail",
)
