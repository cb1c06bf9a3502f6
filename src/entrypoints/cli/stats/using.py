from typing import TYPE_CHECKING, Any

from entrypoints.cli.accounts import finding
from entrypoints.cli.running import run

if TYPE_CHECKING:
    from bootstrap import Application


def used(use_case: str, organization: str, command: object) -> Any:
    """Run a use case of stats by its name, inside an organization."""

    async def work(app: "Application") -> Any:
        from core.stats import service

        actor = await finding.inside(app, organization)
        use: Any = app.use(getattr(service, use_case))
        return await use(command, actor)

    return run(work)
