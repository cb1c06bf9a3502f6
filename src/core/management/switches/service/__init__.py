from core.management.switches.service.list_switches import ListSwitches
from core.management.switches.service.set_switch import SetSwitch

__all__ = ("ListSwitches", "SetSwitch")
