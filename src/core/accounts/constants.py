"""Numbers and names that the accounts module stands by."""

from datetime import timedelta
from typing import Final

from core.models import Limit, Permission

PASSWORD_MIN_LENGTH: Final = 12  # ASVS 6.2.1 asks for 8 and recommends 15
PASSWORD_MAX_LENGTH: Final = 256  # ASVS 6.2.9: at least 64 must be allowed
PASSWORD_LEAST_DISTINCT: Final = 5  # different characters
PASSWORD_OWN_LENGTH: Final = 6  # characters that are left without the context words
CONTEXT_WORD_LENGTH: Final = 4  # shorter parts of an address are no word

SESSION_IDLE: Final = timedelta(days=14)
SESSION_ABSOLUTE: Final = timedelta(days=90)
REFRESH_GRACE: Final = timedelta(seconds=10)
REAUTHENTICATION_WINDOW: Final = timedelta(minutes=10)

VERIFICATION_LIFETIME: Final = timedelta(hours=24)
RESET_LIFETIME: Final = timedelta(minutes=30)
INVITATION_LIFETIME: Final = timedelta(days=7)
MFA_CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
CHALLENGE_TRIES: Final = 5
BREAK_GLASS_WINDOW: Final = timedelta(minutes=15)
SET_PASSWORD_LIFETIME: Final = timedelta(hours=24)
CHANGE_EMAIL_LIFETIME: Final = timedelta(hours=24)
IMPERSONATION_LIFETIME: Final = timedelta(minutes=60)

KEY_PUBLISHED_BEFORE_USE: Final = timedelta(hours=1)
KEY_KEPT_AFTER_USE: Final = timedelta(minutes=15)  # an access token's life and 5 minutes

LOGIN_BY_NETWORK: Final = Limit(name="login_network", count=10, seconds=900)
LOGIN_BY_DEVICE: Final = Limit(name="login_device", count=10, seconds=900)
LOGIN_BY_IDENTIFIER: Final = Limit(name="login_identifier", count=100, seconds=3600)
LOGIN_BY_ADDRESS: Final = Limit(name="login_address", count=300, seconds=300)
REGISTER_BY_ADDRESS: Final = Limit(name="register", count=10, seconds=3600)
MAIL_BY_MINUTE: Final = Limit(name="mail_minute", count=1, seconds=60)
MAIL_BY_TEN_MINUTES: Final = Limit(name="mail_ten_minutes", count=10, seconds=600)
REFRESH_BY_SESSION: Final = Limit(name="refresh", count=60, seconds=300)
TOKEN_BY_ADDRESS: Final = Limit(name="one_time_token", count=60, seconds=300)
PASSWORD_BY_USER: Final = Limit(name="password_check", count=10, seconds=900)
INVITATIONS_BY_ORGANIZATION: Final = Limit(name="invitations", count=50, seconds=3600)

REFRESH_PREFIX: Final = "crt_"  # so that scanners of leaked secrets know it
REFRESH_SEAL: Final = "accounts/refresh"
DEVICE_SEAL: Final = "accounts/device"
INVITATION_SEAL: Final = "accounts/invitation"
IDENTIFIER: Final = "accounts/identifier"

OWNER: Final = "owner"
ADMIN: Final = "admin"
SYSTEM_ROLES: Final = (OWNER, ADMIN, "billing", "member", "viewer")
_EVERYBODY: Final = frozenset(SYSTEM_ROLES)
_ADMINS: Final = frozenset({OWNER, ADMIN})
_OWNERS: Final = frozenset({OWNER})


ORGANIZATION_READ: Final = Permission(
    name="organization:read", about="See the organization.", roles=_EVERYBODY
)
ORGANIZATION_WRITE: Final = Permission(
    name="organization:write", about="Change the organization.", roles=_ADMINS
)
ORGANIZATION_TRANSFER: Final = Permission(
    name="organization:transfer", about="Hand the organization to another owner.", roles=_OWNERS
)
ORGANIZATION_DELETE: Final = Permission(
    name="organization:delete", about="Delete the organization.", roles=_OWNERS
)
MEMBERS_READ: Final = Permission(
    name="members:read", about="See who is a member.", roles=_EVERYBODY
)
MEMBERS_WRITE: Final = Permission(
    name="members:write", about="Change roles and remove members.", roles=_ADMINS
)
INVITATIONS_READ: Final = Permission(
    name="invitations:read", about="See who is invited.", roles=_ADMINS
)
INVITATIONS_WRITE: Final = Permission(
    name="invitations:write", about="Invite people.", roles=_ADMINS
)
AUDIT_READ: Final = Permission(name="audit:read", about="Read the audit log.", roles=_ADMINS)
ROLES_READ: Final = Permission(
    name="roles:read", about="See which roles there are.", roles=_EVERYBODY
)
ROLES_WRITE: Final = Permission(
    name="roles:write", about="Make, change and remove roles.", roles=_ADMINS
)
API_KEYS_READ: Final = Permission(
    name="api_keys:read", about="See everybody's API keys.", roles=_ADMINS
)
API_KEYS_WRITE: Final = Permission(
    name="api_keys:write", about="Make API keys, and revoke anybody's.", roles=_ADMINS
)
AUTH_INTROSPECT: Final = Permission(
    name="auth:introspect", about="Ask whose a token is and what it may do.", roles=_ADMINS
)

SSO_READ: Final = Permission(
    name="sso:read",
    about="See connections and domains of single sign-on.",
    roles=_ADMINS,
)
SSO_WRITE: Final = Permission(
    name="sso:write",
    about="Set up single sign-on and prove domains.",
    roles=_ADMINS,
)

PERMISSIONS: Final = (
    ORGANIZATION_READ,
    ORGANIZATION_WRITE,
    ORGANIZATION_TRANSFER,
    ORGANIZATION_DELETE,
    MEMBERS_READ,
    MEMBERS_WRITE,
    INVITATIONS_READ,
    INVITATIONS_WRITE,
    AUDIT_READ,
    ROLES_READ,
    ROLES_WRITE,
    API_KEYS_READ,
    API_KEYS_WRITE,
    AUTH_INTROSPECT,
    SSO_READ,
    SSO_WRITE,
)

RESERVED_SLUGS: Final = frozenset(
    {
        "admin",
        "api",
        "app",
        "console",
        "core",
        "docs",
        "help",
        "login",
        "me",
        "new",
        "settings",
        "support",
        "system",
        "www",
    }
)
