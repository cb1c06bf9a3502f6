"""What there is to go to, and who may: one line a page."""

from typing import Final, NamedTuple

from core.accounts import constants as accounts
from core.billing import constants as billing
from core.management.collections import constants as collections
from core.management.flags import constants as flags
from core.management.settings import constants as settings
from core.models import Actor, Permission, PlatformRole
from core.stats import constants as stats
from core.storage import constants as storage
from core.webhooks import constants as webhooks

HOME: Final = "/console"
ADMIN: Final = "/console/admin"
TENANT: Final = "/console/organizations/{organization_id}"
STAFF: Final[tuple[PlatformRole, ...]] = ("operator", "support")


class Section(NamedTuple):
    """A page in the menu, and what it takes to see it there; the core asks once more."""

    title: str
    path: str
    permission: Permission | None = None


class Item(NamedTuple):
    title: str
    path: str
    current: bool


INSTALLATION: Final = (
    Section("Organizations", f"{ADMIN}/organizations"),
    Section("People", f"{ADMIN}/users"),
    Section("Plans", f"{ADMIN}/plans"),
    Section("Payments", f"{ADMIN}/payments"),
    Section("Settings", f"{ADMIN}/settings"),
    Section("Switches", f"{ADMIN}/switches"),
    Section("Jobs", f"{ADMIN}/jobs"),
    Section("Audit", f"{ADMIN}/audit"),
)
ORGANIZATION: Final = (
    Section("Overview", TENANT, accounts.ORGANIZATION_READ),
    Section("Members", f"{TENANT}/members", accounts.MEMBERS_READ),
    Section("Invitations", f"{TENANT}/invitations", accounts.INVITATIONS_READ),
    Section("Roles", f"{TENANT}/roles", accounts.ROLES_READ),
    Section("Subscription", f"{TENANT}/subscription", billing.BILLING_READ),
    Section("Entitlements", f"{TENANT}/entitlements", billing.ENTITLEMENTS_READ),
    Section("Files", f"{TENANT}/files", storage.OBJECTS_READ),
    Section("Events", f"{TENANT}/events", stats.STATS_READ),
    Section("Meters", f"{TENANT}/meters", stats.STATS_READ),
    Section("Dashboards", f"{TENANT}/dashboards", stats.STATS_READ),
    Section("Collections", f"{TENANT}/collections", collections.COLLECTIONS_READ),
    Section("Flags", f"{TENANT}/flags", flags.FLAGS_READ),
    Section("Settings", f"{TENANT}/settings", settings.SETTINGS_READ),
    Section("Webhooks", f"{TENANT}/webhooks", webhooks.WEBHOOKS_READ),
    Section("Audit", f"{TENANT}/audit", accounts.AUDIT_READ),
)


def of_installation(actor: Actor, path: str) -> list[Item]:
    """Return what operators may go to; nothing for anybody else."""
    if actor.platform_role not in STAFF or actor.impersonator_id or actor.scope_organization_id:
        return []
    return _marked(INSTALLATION, path)


def of_organization(actor: Actor, path: str) -> list[Item]:
    """Return what the actor may go to in the organization that they look at."""
    if actor.organization_id is None:
        return []
    allowed = [one for one in ORGANIZATION if one.permission and actor.may(one.permission)]
    there = [
        one._replace(path=one.path.format(organization_id=actor.organization_id)) for one in allowed
    ]
    return _marked(there, path)


def _marked(sections: tuple[Section, ...] | list[Section], path: str) -> list[Item]:
    """Mark the one that a path is in: the longest, for one lies in another."""
    within = [one.path for one in sections if f"{path}/".startswith(f"{one.path}/")]
    here = max(within, key=len, default=None)
    return [Item(one.title, one.path, one.path == here) for one in sections]
