from core.accounts import schemas
from core.models import Actor, Model
from core.ports import AuditLog, SecretBox, SecretBoxes, Transaction
from core.service import UseCase

BATCH = 100


class ReencryptSecrets(UseCase):
    """Put everything encrypted under the newest of the SECRET_KEYS, so that old ones can go.

    Nothing stops meanwhile: old keys decrypt for as long as they are named.
    """

    secret_boxes: SecretBoxes
    secret_box: SecretBox
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, _: Model | None, actor: Actor) -> schemas.Reencrypted:
        actor.require_platform("operator")
        after, count = None, 0
        while found := await self.secret_boxes.page(after, limit=BATCH):
            for stored in found:
                box = self.secret_box.renew(stored.box)
                count += await self.secret_boxes.replace(stored, box)
            after = found[-1].key
        async with self.transaction():
            await self.audit.record(actor, "admin.secrets_reencrypted", count=count)
        return schemas.Reencrypted(secrets=count)
