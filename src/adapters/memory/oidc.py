from typing import override
from urllib.parse import urlencode

from core.accounts.sso import exceptions, ports
from core.accounts.sso.models import Answer, Assertion, Provider, Request


class OidcClient(ports.OidcClient):
    """Providers that state what a test has them state.

    `states[issuer, code] = assertion` makes a provider answer a code, once. An issuer in `broken`
    does not answer as it should.
    """

    def __init__(self) -> None:
        self.states: dict[tuple[str, str], Assertion] = {}
        self.broken: set[str] = set()
        self._begun: dict[str, Request] = {}

    @override
    async def examine(self, provider: Provider) -> None:
        if provider.issuer in self.broken:
            raise exceptions.IdpError(f"{provider.issuer} does not answer.")

    @override
    async def authorization_url(self, provider: Provider, request: Request) -> str:
        await self.examine(provider)
        self._begun[request.state] = request
        query = {"client_id": provider.client_id, "state": request.state}
        return f"{provider.issuer}/authorize?{urlencode(query)}"

    @override
    async def assertion(self, provider: Provider, request: Request, answer: Answer) -> Assertion:
        await self.examine(provider)
        if answer.iss not in {None, provider.issuer} or self._begun.pop(answer.state) != request:
            raise exceptions.IdTokenRefused
        stated = self.states.pop((provider.issuer, answer.code.get_secret_value()), None)
        if stated is None:
            raise exceptions.IdpError("invalid_grant")
        if stated.issuer != provider.issuer:
            raise exceptions.IdTokenRefused
        return stated


class TextRecords(ports.TextRecords):
    """`records[name]` is what a name holds."""

    def __init__(self) -> None:
        self.records: dict[str, list[str]] = {}

    @override
    async def of(self, name: str) -> list[str]:
        return self.records.get(name, [])
