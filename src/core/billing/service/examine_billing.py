from core.billing import schemas
from core.billing.examination import Examination
from core.exceptions import CoreError
from core.findings import Finding
from core.models import Actor
from core.service import UseCase


class ExamineBilling(UseCase):
    """Look whether money can come in as it should, and whether anything was left lying."""

    examination: Examination

    async def __call__(self, _: schemas.ExamineBilling, actor: Actor) -> list[Finding]:
        actor.require_platform("operator")
        found = [finding async for finding in self.examination.ourselves()]
        if not self.examination.billing_config.enabled:
            return found
        try:
            found += [finding async for finding in self.examination.provider()]
        except CoreError as error:
            found.append(Finding(level="fail", about="provider", sentence=str(error)))
        return found
