from core.models import Line, Model, UserId


class Impersonation(Model):
    """Why, which they are told, and whether to look only."""

    reason: Line
    read_only: bool = True


class StartImpersonation(Impersonation):
    user_id: UserId
