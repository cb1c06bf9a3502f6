from core import exceptions


class SettingNotFound(exceptions.NotFound):
    """There is no such setting here; `keys` names those that there are."""
