"""Lists with rows in them: odd ones, equal ones, and such that something is missing from."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from bootstrap import Container
from core.accounts import models, schemas
from tests import factories
from tests.contracts.listing import Listed
from tests.factories import NOW

type Pair = tuple[Listed, Listed]
type Seed = Callable[[Container, Container], Awaitable[Pair]]

NAMES = (None, "", "Ada", "ada", "ADA Lovelace", "Ärger", "ärger", "Straße", "STRASSE", "ΣΑΣ σας",
         "İstanbul", "istanbul", "a,b", '"', "%", "_", "\\", "😀", "￿", "~", " ")  # fmt: skip


def at(number: int) -> Any:
    """Return one of few moments, so that many are equal."""
    return NOW + timedelta(hours=number % 3 - 1)


async def _founded(memory: Container, postgres: Container) -> models.Organization:
    owner, made = factories.user(), factories.organization()
    for container in (memory, postgres):
        await container.users().add(owner)
        await container.organizations().add(made, factories.membership(made, owner, "owner"))
    return made


def pair(request: Any, rows: Iterable[Any], *pages: Any) -> Pair:
    found = list(rows)
    one, other = (Listed(request, found, page) for page in pages)
    return one, other


async def members(memory: Container, postgres: Container) -> Pair:
    made = await _founded(memory, postgres)
    for number, name in enumerate(NAMES):
        user = factories.user(display_name=name)
        role = ("admin", "member", "viewer")[number % 3]
        joins = factories.membership(made, user, role).evolve(created_at=at(number))
        for container in (memory, postgres):
            await container.users().add(user)
            await container.memberships().add(joins)
    pages = [partial(one.memberships().page, made.id) for one in (memory, postgres)]
    return pair(schemas.ListMembers, await pages[0](limit=100), *pages)


async def invitations(memory: Container, postgres: Container) -> Pair:
    made, foreign = await _founded(memory, postgres), await _founded(memory, postgres)
    for number in range(20):
        status = ("pending", "accepted", "declined", "revoked")[number % 4]
        place = foreign if number % 7 == 0 else made
        sent = factories.invitation(
            place, status=status, created_at=at(number), expires_at=at(number // 3)
        )
        for container in (memory, postgres):
            await container.invitations().add(sent)
    pages = [partial(one.invitations().page, made.id) for one in (memory, postgres)]
    return pair(schemas.ListInvitations, await pages[0](limit=100), *pages)


SEEDS: dict[str, Seed] = {"members": members, "invitations": invitations}
