"""Everything that happens in an organization, by name."""

from core.models import Event, OrganizationEvent
from core.webhooks import constants, exceptions, schemas


def known() -> list[schemas.Topic]:
    kinds = sorted(Event.kinds.items())
    return [
        schemas.Topic(
            name=name,
            about=" ".join((kind.__doc__ or "").split()),
            fields=[field for field in kind.model_fields if field != "at"],
        )
        for name, kind in kinds
        if issubclass(kind, OrganizationEvent) and kind.__module__.startswith("core.")
    ]


def check(names: list[str]) -> None:
    """Refuse to listen for what never happens."""
    there = {topic.name for topic in known()} - {constants.PING}
    if unknown := [name for name in names if name not in there]:
        raise exceptions.UnknownTopic(f"Nothing is called {unknown[0]}.", topics=sorted(there))
