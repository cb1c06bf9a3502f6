from core.events.service.deliver import Deliver
from core.events.service.fan_out import FanOut

__all__ = ("Deliver", "FanOut")
