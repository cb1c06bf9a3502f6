"""Rules that several use cases share."""

from urllib.parse import urlsplit

from core.billing import exceptions, ports
from core.billing.config import BillingConfig
from core.billing.models import Account
from core.exceptions import NotFound
from core.models import OrganizationId


async def paying(accounts: ports.Accounts, organization_id: OrganizationId) -> Account:
    """Return the account of an organization that has a customer at the provider."""
    account = await accounts.get(organization_id)
    if account is None or account.customer_id is None:
        raise exceptions.NoCustomer
    return account


async def unlinked(accounts: ports.Accounts, organization_id: OrganizationId) -> Account:
    """Return the account of an organization that has no customer yet, as it would begin."""
    account = await accounts.get(organization_id)
    if account is not None and account.customer_id is not None:
        raise exceptions.HasCustomer
    account = account or await accounts.contact(organization_id)
    if account is None:
        raise NotFound
    return account


def check_return(url: str, config: BillingConfig) -> None:
    """Refuse to send people to a host that nobody named: it would be an open redirect."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if host not in config.return_hosts:
        raise exceptions.RedirectNotAllowed(
            f"Send people back to one of: {', '.join(config.return_hosts) or 'no host is allowed'}."
        )
