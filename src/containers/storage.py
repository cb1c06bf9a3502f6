"""The ports of the storage module, a line each."""

from containers.accounts import Accounts


class Storage(Accounts):
    """Files: what is known of them, and where their bytes lie."""
