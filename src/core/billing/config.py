from datetime import timedelta

from core.billing import constants
from core.models import Model


class BillingConfig(Model):
    """What an installation decides about payments.

    Not `enabled`: nobody takes payments here. `return_hosts`: to whose pages a payment page may
    send people back. `environment` marks what is made at the provider, so that two installations
    on one account leave each other's alone.
    """

    enabled: bool = True
    live: bool = False
    environment: str = "development"
    return_hosts: tuple[str, ...] = ()
    grace: timedelta = constants.GRACE
    unpaid_blocks: bool = True
    pause_blocks: bool = True
