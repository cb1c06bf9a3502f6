"""Who asks in a benchmark, and about what: the same on both sides."""

from typing import NamedTuple

LISTED = 20
INVITATIONS = [f"guest-{n:02}@bench.example.com" for n in range(LISTED + 5)]
CLIENTS_LOGGING_IN = 4
PASSPHRASE = "seven orchids sail at dawn"  # noqa: S105 - guards a throwaway database


class Account(NamedTuple):
    email: str
    password: str


class Tenant(NamedTuple):
    """One organization of the reader's, with `INVITATIONS`; the writer keeps a crowd of their own.

    Reader and writer are two people, so that what `create` leaves behind doesn't slow `me` down.
    """

    organization_id: str
    reader: Account
    writer: Account
    logins: list[Account]


def people() -> tuple[Account, Account, list[Account]]:
    names = ["reader", "writer", *(f"login-{n}" for n in range(CLIENTS_LOGGING_IN))]
    reader, writer, *logins = [Account(f"{name}@bench.example.com", PASSPHRASE) for name in names]
    return reader, writer, logins
