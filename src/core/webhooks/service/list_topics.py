from core.models import Actor
from core.service import UseCase
from core.webhooks import schemas, topics


class ListTopics(UseCase):
    """See everything that webhooks may tell of."""

    async def __call__(self, _: None, __: Actor) -> list[schemas.Topic]:
        return topics.known()
