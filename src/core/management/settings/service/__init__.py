from core.management.settings.service.get_effective_settings import GetEffectiveSettings
from core.management.settings.service.get_setting import GetSetting
from core.management.settings.service.list_settings import ListSettings
from core.management.settings.service.put_setting import PutSetting
from core.management.settings.service.tell_chat import TellChat
from core.management.settings.service.unset_setting import UnsetSetting

__all__ = (
    "GetEffectiveSettings",
    "GetSetting",
    "ListSettings",
    "PutSetting",
    "TellChat",
    "UnsetSetting",
)
