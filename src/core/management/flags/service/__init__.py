"""Everything that can be done with feature flags."""

from core.management.flags.service.create_flag import CreateFlag
from core.management.flags.service.delete_flag import DeleteFlag
from core.management.flags.service.evaluate_flag import EvaluateFlag
from core.management.flags.service.evaluate_flags import EvaluateFlags
from core.management.flags.service.get_flag import GetFlag
from core.management.flags.service.list_flags import ListFlags
from core.management.flags.service.put_flag import PutFlag
from core.management.flags.service.toggle_flag import ToggleFlag
from core.management.flags.service.update_flag import UpdateFlag

__all__ = (
    "CreateFlag",
    "DeleteFlag",
    "EvaluateFlag",
    "EvaluateFlags",
    "GetFlag",
    "ListFlags",
    "PutFlag",
    "ToggleFlag",
    "UpdateFlag",
)
