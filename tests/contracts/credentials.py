"""What every adapter of the port of credentials must do."""

import pytest

from bootstrap import Container
from core.accounts import exceptions
from tests import factories
from tests.contracts.founding import known
from tests.contracts.recovery_codes import codes
from tests.contracts.totp_factors import factor
from tests.factories import DAY, NOW


class CredentialsContract:
    async def test_all_that_proves_somebody_is_forgotten(self, container: Container) -> None:
        ada = await known(container, mfa_enabled=True, password_changed_at=NOW)
        token = factories.one_time_token(ada)
        await container.totp_factors().add(factor(ada.id))
        await container.recovery_codes().replace(ada.id, codes(ada.id))
        await container.one_time_tokens().add(token)

        for _ in range(2):
            await container.credentials().forget(ada.id, NOW + DAY)

        assert await container.users().get(ada.id) == ada.evolve(
            password_hash=None, password_changed_at=NOW + DAY, mfa_enabled=False, version=3
        )
        assert await container.totp_factors().get(ada.id) is None
        assert await container.recovery_codes().unused(ada.id) == []
        with pytest.raises(exceptions.TokenInvalidOrExpired):
            await container.one_time_tokens().consume(token.id, token.purpose, NOW)

    async def test_nobody_elses_is(self, container: Container) -> None:
        ada, bob = await known(container), await known(container, mfa_enabled=True)
        token, theirs = factories.one_time_token(bob), codes(bob.id)
        await container.totp_factors().add(factor(bob.id))
        await container.recovery_codes().replace(bob.id, theirs)
        await container.one_time_tokens().add(token)

        await container.credentials().forget(ada.id, NOW)

        assert await container.users().get(bob.id) == bob
        assert await container.totp_factors().get(bob.id) == factor(bob.id)
        assert await container.recovery_codes().unused(bob.id) == theirs
        assert await container.one_time_tokens().consume(token.id, token.purpose, NOW) == token
