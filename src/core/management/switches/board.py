"""The switchboard: how the switches stand, known without asking the database each time."""

from typing import override

from core import ports as kernel
from core.exceptions import ReadOnlyMode, SignUpsClosed
from core.management.remembering import Remembered
from core.management.switches import policies, ports
from core.management.switches.models import GOOD_FOR, RETRY_AFTER, Switch, SwitchName
from core.models import Actor


class Switchboard(kernel.Switchboard):
    def __init__(self, switches: ports.Switches, clock: kernel.Clock) -> None:
        self._switches = switches
        self._standing = Remembered(self._read, clock, GOOD_FOR)

    async def _read(self) -> dict[SwitchName, Switch]:
        return policies.standing(await self._switches.all())

    @override
    async def require_writable(self, actor: Actor | None) -> None:
        switch = (await self._standing())["read_only"]
        if switch.on and not (actor and _operates(actor)):
            raise ReadOnlyMode(switch.reason, retry_after=RETRY_AFTER, reason=switch.reason)

    @override
    async def require_sign_ups(self) -> None:
        await self.require_writable(None)
        switch = (await self._standing())["sign_ups"]
        if not switch.on:
            raise SignUpsClosed(switch.reason)

    @override
    def forget(self) -> None:
        self._standing.forget()


def _operates(actor: Actor) -> bool:
    own = actor.impersonator_id is None and actor.scope_organization_id is None
    return actor.trusted or (own and actor.platform_role == "operator")
