"""Answers Amazon's command line on a port of this machine, for as long as it is not stopped.

    python cloud.py PORT EXIT_CODE

Tasks that are started end by themselves after a while, with this code. Run by the Python of
tools/terraform.lock.
"""

import sys
from typing import Any

from moto.ecs.models import Container
from moto.moto_api import state_manager
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def main() -> None:
    port, code = map(int, sys.argv[1:])
    made: Any = Container.__init__

    def ending(self: Any, *arguments: Any) -> None:
        made(self, *arguments)
        self.exitCode = code

    Container.__init__ = ending
    # RUNNING, and a step further each time that somebody looks.
    state_manager.set_transition("ecs::task", {"progression": "manual", "times": 1})
    run_simple("127.0.0.1", port, DomainDispatcherApplication(create_backend_app), threaded=True)


if __name__ == "__main__":
    main()
