"""What every adapter of the users port must do."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts import exceptions, models
from core.exceptions import VersionMismatch
from core.models import UserId
from tests import factories
from tests.contracts.founding import known
from tests.factories import DAY, NOW


class UsersContract:
    async def test_returns_what_was_added(self, container: Container) -> None:
        ada = await known(container, display_name="Ada", locale="de", platform_role="support")

        assert await container.users().get(ada.id) == ada
        assert await container.users().by_email(ada.email) == ada
        assert await container.users().by_email(ada.email.upper()) == ada

    async def test_knows_nobody_else(self, container: Container) -> None:
        assert await container.users().get(UserId(uuid4())) is None
        assert await container.users().by_email(factories.email()) is None

    async def test_an_address_is_taken_once_whatever_its_case(self, container: Container) -> None:
        ada = await known(container)

        for email in (ada.email, ada.email.upper()):
            with pytest.raises(exceptions.EmailTaken):
                await container.users().add(factories.user(email=email))
        assert await container.users().by_email(ada.email) == ada

    async def test_a_refusal_leaves_the_transaction_usable(self, container: Container) -> None:
        ada, bob = await known(container), factories.user()

        async with container.transaction()():
            with pytest.raises(exceptions.EmailTaken):
                await container.users().add(factories.user(email=ada.email))
            await container.users().add(bob)

        assert await container.users().get(bob.id) == bob

    async def test_one_of_two_racing_users_gets_the_email(self, container: Container) -> None:
        email = factories.email()
        racers = [factories.user(email=email) for _ in range(2)]

        results = await asyncio.gather(*map(container.users().add, racers), return_exceptions=True)

        assert sorted(map(type, results), key=str) == [type(None), exceptions.EmailTaken]

    async def test_pages_run_from_the_newest_to_the_oldest(self, container: Container) -> None:
        prefix = uuid4().hex
        made = [await known(container, email=f"{prefix}{n}@example.com") for n in range(5)]

        seen: list[models.User] = []
        while page := await container.users().page(
            limit=2, before=seen[-1].id if seen else None, email=prefix.upper()
        ):
            assert len(page) <= 2
            seen += page

        assert seen == made[::-1]

    async def test_an_address_is_searched_from_its_beginning(self, container: Container) -> None:
        ada = await known(container)
        users = container.users()

        assert await users.page(limit=5, email=ada.email[:20]) == [ada]
        assert await users.page(limit=5, email=ada.email[1:]) == []
        assert await users.page(limit=5, email="%") == []

    async def test_an_update_writes_everything_but_the_password(self, container: Container) -> None:
        ada = await known(container, password_hash="kept")
        changes: dict[str, Any] = {
            "email": factories.email(),
            "email_verified_at": NOW,
            "display_name": "Ada",
            "locale": "de",
            "status": "pending_deletion",
            "deletes_at": NOW + DAY,
            "mfa_enabled": True,
            "platform_role": "operator",
            "updated_at": NOW + DAY,
        }

        newer = await container.users().update(
            ada.evolve(**changes, password_hash="other", password_changed_at=NOW)
        )

        assert newer.version == 2
        assert await container.users().get(ada.id) == ada.evolve(**changes, version=2)

    async def test_an_update_to_an_address_that_is_taken_is_refused(
        self, container: Container
    ) -> None:
        ada, bob = await known(container), await known(container)

        async with container.transaction()():
            with pytest.raises(exceptions.EmailTaken):
                await container.users().update(ada.evolve(email=bob.email))
            await container.users().update(ada.evolve(display_name="Ada"))

        found = await container.users().get(ada.id)
        assert found is not None
        assert (found.email, found.display_name) == (ada.email, "Ada")

    async def test_an_update_of_an_old_version_is_refused(self, container: Container) -> None:
        ada = await known(container)
        await container.users().update(ada.evolve(display_name="Ada"))

        for stale in (ada.evolve(display_name="Eve"), factories.user()):
            with pytest.raises(VersionMismatch):
                await container.users().update(stale)
        found = await container.users().get(ada.id)
        assert found is not None
        assert found.display_name == "Ada"

    async def test_one_of_two_racing_updates_wins(self, container: Container) -> None:
        ada = await known(container)
        racers = [ada.evolve(display_name=name) for name in ("one", "other")]

        results = await asyncio.gather(
            *map(container.users().update, racers), return_exceptions=True
        )

        assert sorted(map(type, results), key=str) == [models.User, VersionMismatch]

    async def test_a_password_is_replaced_if_the_old_one_stands(self, container: Container) -> None:
        ada, users = await known(container, password_hash="old"), container.users()

        assert await users.set_password(ada.id, "new", at=NOW, instead_of="old")
        assert not await users.set_password(ada.id, "newer", at=NOW, instead_of="old")
        assert await users.get(ada.id) == ada.evolve(
            password_hash="new", password_changed_at=NOW, version=2
        )
        assert await users.set_password(ada.id, "reset", at=NOW)
        assert await users.set_password(ada.id, None, at=NOW)
        assert not await users.set_password(UserId(uuid4()), "new", at=NOW)

    async def test_one_of_two_racing_passwords_wins(self, container: Container) -> None:
        ada, users = await known(container, password_hash="old"), container.users()

        wins = await asyncio.gather(
            *(users.set_password(ada.id, f"new {n}", at=NOW, instead_of="old") for n in range(2))
        )

        assert sorted(wins) == [False, True]

    async def test_the_first_proof_of_an_address_counts(self, container: Container) -> None:
        ada, users = await known(container), container.users()
        assert await users.mark_verified(ada.id, NOW)
        assert not await users.mark_verified(ada.id, NOW + DAY)

        assert await users.get(ada.id) == ada.evolve(email_verified_at=NOW, version=2)
