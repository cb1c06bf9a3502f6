"""What every adapter of the port of one-time tokens must do."""

import asyncio
from uuid import uuid4

import pytest

from bootstrap import Container
from core.accounts import exceptions, models
from core.accounts.models import TokenId, TokenPurpose
from tests import factories
from tests.contracts.founding import known
from tests.factories import DAY, NOW


class OneTimeTokensContract:
    async def test_it_works_once(self, container: Container) -> None:
        token = factories.one_time_token(await known(container))
        await container.one_time_tokens().add(token)

        tries = [
            container.one_time_tokens().consume(token.id, "verify_email", NOW) for _ in range(5)
        ]
        results = await asyncio.gather(*tries, return_exceptions=True)

        assert sum(result == token for result in results) == 1
        refused = [one for one in results if isinstance(one, exceptions.TokenInvalidOrExpired)]
        assert len(refused) == 4

    @pytest.mark.parametrize(
        ("purpose", "days"), [("reset_password", 0), ("verify_email", 1), ("verify_email", 2)]
    )
    async def test_it_works_in_time_and_for_its_purpose(
        self, container: Container, purpose: TokenPurpose, days: int
    ) -> None:
        token = factories.one_time_token(await known(container))
        await container.one_time_tokens().add(token)

        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await container.one_time_tokens().consume(token.id, purpose, NOW + days * DAY)
        assert await container.one_time_tokens().consume(token.id, "verify_email", NOW) == token

    async def test_nobody_elses_is_there(self, container: Container) -> None:
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await container.one_time_tokens().consume(TokenId(uuid4()), "verify_email", NOW)

    async def test_a_newer_one_replaces_the_live_one_of_its_purpose(
        self, container: Container
    ) -> None:
        ada, tokens = await known(container), container.one_time_tokens()
        old, new = factories.one_time_token(ada), factories.one_time_token(ada)
        other = factories.one_time_token(ada, purpose="reset_password")
        for token in (old, other, new):
            await tokens.add(token)

        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await tokens.consume(old.id, "verify_email", NOW)
        assert await tokens.consume(new.id, "verify_email", NOW) == new
        assert await tokens.consume(other.id, "reset_password", NOW) == other

    async def test_of_many_made_at_once_one_lives(self, container: Container) -> None:
        ada = await known(container)
        made = [factories.one_time_token(ada) for _ in range(5)]
        await asyncio.gather(*map(container.one_time_tokens().add, made))

        tries = [
            container.one_time_tokens().consume(token.id, "verify_email", NOW) for token in made
        ]
        results = await asyncio.gather(*tries, return_exceptions=True)

        assert sum(isinstance(one, models.OneTimeToken) for one in results) == 1

    async def test_several_challenges_live_at_once_and_keep_what_they_are_for(
        self, container: Container
    ) -> None:
        ada, tokens = await known(container), container.one_time_tokens()
        made = [
            factories.one_time_token(ada, purpose="mfa_challenge", payload={"amr": [str(n)]})
            for n in range(2)
        ]
        nobodys = factories.one_time_token(ada, purpose="passkey_login", user_id=None)
        for token in (*made, nobodys):
            await tokens.add(token)

        assert [await tokens.consume(one.id, "mfa_challenge", NOW) for one in made] == made
        assert await tokens.consume(nobodys.id, "passkey_login", NOW) == nobodys

    async def test_it_is_tried_a_few_times_at_most(self, container: Container) -> None:
        token = factories.one_time_token(await known(container), purpose="mfa_challenge")
        tokens = container.one_time_tokens()
        await tokens.add(token)

        tries = [tokens.attempt(token.id, "mfa_challenge", NOW, most=3) for _ in range(5)]
        results = await asyncio.gather(*tries, return_exceptions=True)

        counted = [one.attempts for one in results if isinstance(one, models.OneTimeToken)]
        assert sorted(counted) == [1, 2, 3]
        refused = [one for one in results if isinstance(one, exceptions.TokenInvalidOrExpired)]
        assert len(refused) == 2
        assert (await tokens.consume(token.id, "mfa_challenge", NOW)).attempts == 3

    async def test_what_is_used_up_or_old_can_not_be_tried(self, container: Container) -> None:
        tokens = container.one_time_tokens()
        used, old = [factories.one_time_token(await known(container)) for _ in range(2)]
        for token in (used, old):
            await tokens.add(token)
        await tokens.consume(used.id, "verify_email", NOW)

        for token, at in ((used, NOW), (old, NOW + DAY)):
            with pytest.raises(exceptions.TokenInvalidOrExpired):
                await tokens.attempt(token.id, "verify_email", at, most=3)

    async def test_a_cancelled_one_is_dead_and_those_for_other_purposes_live(
        self, container: Container
    ) -> None:
        ada, tokens = await known(container), container.one_time_tokens()
        verify = factories.one_time_token(ada)
        reset = factories.one_time_token(ada, purpose="reset_password")
        for token in (verify, reset):
            await tokens.add(token)

        for _ in range(2):
            await tokens.cancel(ada.id, "reset_password", NOW)

        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await tokens.consume(reset.id, "reset_password", NOW)
        assert await tokens.consume(verify.id, "verify_email", NOW) == verify

    async def test_one_that_was_used_in_a_failed_transaction_works_again(
        self, container: Container
    ) -> None:
        token = factories.one_time_token(await known(container))
        await container.one_time_tokens().add(token)

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await container.one_time_tokens().consume(token.id, "verify_email", NOW)
                raise RuntimeError

        assert await container.one_time_tokens().consume(token.id, "verify_email", NOW) == token

    async def test_old_ones_are_forgotten_a_few_at_a_time(self, container: Container) -> None:
        tokens, long_ago = container.one_time_tokens(), NOW - 1000 * DAY
        for _ in range(3):
            old = factories.one_time_token(await known(container), expires_at=long_ago)
            await tokens.add(old)
        live = factories.one_time_token(await known(container))
        await tokens.add(live)

        assert [await tokens.purge(long_ago + DAY, limit=2) for _ in range(3)] == [2, 1, 0]
        assert await tokens.consume(live.id, "verify_email", NOW) == live
