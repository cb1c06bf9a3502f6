from core.billing import ports, schemas
from core.billing.catalogue import Catalogue
from core.models import Actor
from core.service import UseCase


class GetCatalogue(UseCase):
    """See everything that is sold, what is not offered any more included."""

    catalogues: ports.Catalogues

    async def __call__(self, _: schemas.ListPlans, actor: Actor) -> Catalogue:
        actor.require_platform("operator", "support")
        applied = await self.catalogues.newest()
        return applied.catalogue if applied else Catalogue()
