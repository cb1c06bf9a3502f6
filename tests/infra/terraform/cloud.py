"""Answers Amazon's command line on a port of this machine, for as long as it is not stopped.

    python cloud.py PORT

Tasks that are started end by themselves after a while: with the code that the variable EXIT_CODE of
their container says. Run by the Python of tools/terraform.lock.
"""

import sys
from typing import Any

from moto.ecs.models import Container
from moto.moto_api import state_manager
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def main() -> None:
    made: Any = Container.__init__

    def ending(self: Any, *arguments: Any) -> None:
        made(self, *arguments)
        variables = {one["name"]: one["value"] for one in self.environment or []}
        self.exitCode = int(variables.get("EXIT_CODE", "0"))

    Container.__init__ = ending
    # RUNNING, and a step further each time that somebody looks.
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 1})
    application = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), application, threaded=True)


if __name__ == "__main__":
    main()
