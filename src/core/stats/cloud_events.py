"""CloudEvents 1.0 (https://github.com/cloudevents/spec), told as events of ours."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from core.stats import identity
from core.stats.schemas import NewEvent

type Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]

DESCRIBING = {"specversion", "datacontenttype", "dataschema"}


class CloudEvent(BaseModel):
    """An event as others send it. Extension attributes are kept as properties, beside its data."""

    model_config = ConfigDict(frozen=True, extra="allow")

    specversion: Literal["1.0"]
    id: Text
    source: Text
    type: str
    subject: Text | None = None
    time: AwareDatetime | None = None
    datacontenttype: str | None = None
    dataschema: str | None = None
    data: Any = None

    def translated(self) -> NewEvent:
        """Raise ValidationError where ours are narrower: data is flat, names are in lower case."""
        if not isinstance(self.data, dict | None):
            raise PydanticCustomError("data", "`data` must be an object of texts and numbers.")
        return NewEvent.model_validate(
            {
                "id": identity.of_cloud_event(self.source, self.id),
                "ext_id": self.id,
                "source": self.source,
                "name": self.type,
                "subject": self.subject,
                "time": self.time or _made(self.id),
                "props": (self.__pydantic_extra__ or {}) | (self.data or {}),
            }
        )


def _made(event_id: str) -> object:
    try:
        return identity.embedded_time(UUID(event_id))
    except ValueError:
        return None
