from core.accounts.roles.service.create_role import CreateRole
from core.accounts.roles.service.delete_role import DeleteRole
from core.accounts.roles.service.get_role import GetRole
from core.accounts.roles.service.list_permissions import ListPermissions
from core.accounts.roles.service.list_roles import ListRoles
from core.accounts.roles.service.update_role import UpdateRole

__all__ = ("CreateRole", "DeleteRole", "GetRole", "ListPermissions", "ListRoles", "UpdateRole")
