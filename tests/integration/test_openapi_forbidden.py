"""What OpenAPI forbids is refused, by a documented answer."""

import subprocess
import sys
from pathlib import Path

from tests.integration.service import ENDS_SESSIONS, EVERY_ROUTE, PATIENCE, Service

AS_ANOTHER = {
    "collections.apply_collections",
    "collections.plan_collection",
    "collections.update_collection",
    "stats.update_report",
}
"""Operations whose bodies have the fields of one that makes the same: thousands of cases each."""

LARGEST = {"collections.create_collection", "flags.put_flag", "stats.create_report"}
"""Operations that take as long as a hundred others."""


def test_nothing_that_the_document_forbids_is_accepted(service: Service, *, thorough: bool) -> None:
    """Every boundary of every schema, every method that is not there, no token or a wrong one."""
    bob = service.person()
    bob.organization()
    tool = Path(sys.executable).with_name("schemathesis")
    checks_wanted = (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "unsupported_method",
        "ignored_auth",
    )
    left_out = sorted(ENDS_SESSIONS | (set() if thorough else AS_ANOTHER | LARGEST))
    excluded = [part for name in left_out for part in ("--exclude-operation-id", name)]
    done = subprocess.run(  # noqa: S603 - our own command
        [
            *(str(tool), "run", f"{service.url}/openapi.json", "--phases", "coverage"),
            *("--exclude-method", "GET"),  # whose parameters the other tests of routes try
            *("--header", f"Authorization: {bob.http.headers['authorization']}"),
            *(f"--header={name}: {value}" for name, value in EVERY_ROUTE.items()),
            *("--checks", ",".join(checks_wanted), "--continue-on-failure", "--no-color"),
            *excluded,
        ],
        cwd=service.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=(60 if thorough else 6) * PATIENCE,
    )
    assert done.returncode == 0, done.stdout
