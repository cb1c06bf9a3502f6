"""How the service looks to people: as an operator set it, or as the environment says."""

from typing import override

from core.mails import ports as mails
from core.mails.models import Brand, MailConfig
from core.management.remembering import Remembered
from core.management.settings import constants, policies, ports
from core.management.settings.definitions import BY_KEY
from core.ports import Clock


class Branding(mails.Branding):
    def __init__(
        self, kept_settings: ports.KeptSettings, mail_config: MailConfig, clock: Clock
    ) -> None:
        self._kept_settings = kept_settings
        self._named = mail_config.product_name
        self._brand = Remembered(self._read, clock, constants.GOOD_FOR)

    @override
    async def brand(self) -> Brand:
        return await self._brand()

    async def _read(self) -> Brand:
        found = await self._kept_settings.layers()
        name, colour, support = (
            setting.value if setting else None
            for setting, _ in (
                policies.holding(BY_KEY[f"branding.{key}"], found)
                for key in ("name", "colour", "support")
            )
        )
        return Brand.model_validate(
            {"product_name": name or self._named, "colour": colour, "support": support}
        )
