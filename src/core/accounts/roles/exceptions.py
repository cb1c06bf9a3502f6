from core import exceptions


class RoleNotFound(exceptions.NotFound):
    """There is no such role."""


class RoleKeyTaken(exceptions.Conflict):
    """There is a role with this key already."""


class RoleBuiltIn(exceptions.Conflict):
    """This role is built in: nobody changes or removes it."""


class RoleInUse(exceptions.Conflict):
    """Somebody or something has this role: give them another one first."""
