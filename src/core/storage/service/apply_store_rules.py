from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.storage import ports, schemas
from core.storage.models import StoreRule


class ApplyStoreRules(UseCase):
    """Tell the store once whom it lets in and what it throws away, and say what it then keeps."""

    store_rules: ports.StoreRules
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, _: schemas.ApplyStoreRules, actor: Actor) -> list[StoreRule]:
        actor.require_platform("operator")
        rules = await self.store_rules.apply()
        async with self.transaction():
            await self.audit.record(
                actor, "storage.rules_applied", rules={rule.name: rule.state for rule in rules}
            )
        return rules
