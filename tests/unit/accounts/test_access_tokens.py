from tests.contracts.access_tokens import AccessTokensContract


class TestAccessTokens(AccessTokensContract):
    """PyJWT keeps the contract."""
