from core.accounts.roles import schemas
from core.models import Actor, Model, Page, Permission
from core.service import UseCase


class ListPermissions(UseCase):
    """List what a role may hold, of all modules."""

    permissions: tuple[Permission, ...]

    async def __call__(self, _: Model | None, __: Actor) -> Page[schemas.PermissionView]:
        return Page(items=[schemas.PermissionView.of(one) for one in self.permissions])
