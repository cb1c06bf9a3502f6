from core.management.collections import constants, ports, schemas
from core.models import Actor
from core.service import UseCase


class ListCollectionTemplates(UseCase):
    """See the collections to begin with that come along."""

    collection_templates: ports.Templates

    async def __call__(self, _: None, actor: Actor) -> schemas.TemplatesView:
        if not actor.trusted:
            actor.require(constants.COLLECTIONS_READ)
        templates = self.collection_templates.all()
        return schemas.TemplatesView(
            items=[
                schemas.TemplateView(name=name, collections=told)
                for name, told in sorted(templates.items())
            ]
        )
