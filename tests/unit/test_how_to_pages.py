"""What the product promises has a page, and the page a test that walks it: none can vanish."""

import re
from pathlib import Path
from typing import Final

import pytest

from settings import Settings, problems

ROOT = Path(__file__).parents[2]
PAGES = {file.stem: file.read_text() for file in (ROOT / "docs" / "how-to").glob("*.md")}

PROMISED: Final = {
    "base architecture": ("add-a-use-case",),
    "typing": ("typing",),
    "raw SQL": ("write-sql",),
    "migrations": ("change-the-database",),
    "integration tests": ("write-integration-tests",),
    "email login": ("sign-in-with-email",),
    "single sign-on": (
        *("single-sign-on", "connect-google", "connect-entra", "connect-okta", "connect-keycloak"),
    ),
    "roles": ("roles",),
    "payments": ("take-payments",),
    "management": ("collections", "records", "feature-flags", "operate-an-installation"),
    "statistics": ("count-what-happens",),
    "storage": ("upload-files",),
    "Terraform on EC2 and Fargate": ("terraform",),
    "CI/CD": ("ci-cd",),
    "NGINX": ("nginx",),
    "Docker Compose and dev container": ("containers",),
    "traces": ("traces", "runbooks"),
}

HOW_TO: Final = "tests/integration/test_how_to.py"
CODE: Final = "tests/infra/pages/test_code_pages.py"
SCRIPTS: Final = "tests/integration/test_how_to_in_scripts.py"
WALKED_BY: Final = {
    "add-a-use-case": CODE,
    "back-up-and-restore": HOW_TO,
    "capacity": HOW_TO,
    "change-the-database": CODE,
    "ci-cd": "tests/infra/workflows/test_page.py",
    "collections": HOW_TO,
    "connect-entra": HOW_TO,
    "connect-google": HOW_TO,
    "connect-keycloak": HOW_TO,
    "connect-okta": HOW_TO,
    "console": HOW_TO,
    "containers": "tests/infra/containers/test_page.py",
    "count-what-happens": HOW_TO,
    "feature-flags": HOW_TO,
    "harden": HOW_TO,
    "nginx": "tests/infra/nginx/test_page.py",
    "operate-an-installation": HOW_TO,
    "outgrow-one-machine": HOW_TO,
    "protect-your-endpoint": "tests/integration/test_protecting_an_endpoint.py",
    "records": HOW_TO,
    "roles": HOW_TO,
    "runbooks": "tests/infra/observability/test_pages.py",
    "send-webhooks": HOW_TO,
    "sign-in-with-email": HOW_TO,
    "sign-in-with-passkeys": SCRIPTS,
    "single-sign-on": HOW_TO,
    "take-payments": HOW_TO,
    "terraform": "tests/infra/terraform/test_pages.py",
    "traces": "tests/infra/observability/test_pages.py",
    "typing": CODE,
    "upgrade": HOW_TO,
    "upload-files": SCRIPTS,
    "write-integration-tests": CODE,
    "write-sql": HOW_TO,
}
NOT_WALKED: Final = {
    "run-in-production": "it takes a server and a proxy of one's own: what it sets is tried below,"
    " its tasks in tests/infra/terraform/test_tasks.py, its processes in tests/infra/containers",
    "send-real-mail": "it sets and runs nothing: tests/integration/test_mailers.py sends by each"
    " form of address",
}


@pytest.mark.parametrize("subject", PROMISED)
def test_what_is_promised_has_a_page_that_is_walked(subject: str) -> None:
    assert PROMISED[subject]
    for page in PROMISED[subject]:
        assert page in PAGES
        assert page in WALKED_BY


def test_every_page_is_walked_or_says_why_not() -> None:
    assert PAGES.keys() == WALKED_BY.keys() | NOT_WALKED.keys()
    assert not WALKED_BY.keys() & NOT_WALKED.keys()


@pytest.mark.parametrize("page", WALKED_BY)
def test_who_walks_a_page_names_it(page: str) -> None:
    family, _, member = page.partition("-")
    said = (ROOT / WALKED_BY[page]).read_text()

    assert page in said or (family == "connect" and f'"{member}"' in said)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_on_the_map_and_short(page: str) -> None:
    assert f"(how-to/{page}.md)" in (ROOT / "docs" / "README.md").read_text()
    assert PAGES[page].count("\n") <= 300


@pytest.mark.parametrize("page", NOT_WALKED)
def test_a_page_that_nobody_walks_has_no_commands_to_run(page: str) -> None:
    assert "```bash" not in PAGES[page]


def test_the_settings_for_production_fit_production(monkeypatch: pytest.MonkeyPatch) -> None:
    [block] = [one for one in re.findall(r"```sh\n(.*?)```", PAGES["run-in-production"], re.DOTALL)
               if one.startswith("CORE_ENVIRONMENT=production")]  # fmt: skip
    given = dict(line.split("  #")[0].strip().split("=", 1) for line in block.splitlines())
    given["CORE_SECRET_KEYS"] = "k3yOf48RandomBytes-aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"
    given["CORE_MAIL_URL"] = given["CORE_MAIL_URL"].replace("...", "smtp.example.com:587")
    for name, value in given.items():
        monkeypatch.setenv(name, value.strip('"'))

    assert problems(Settings(_env_file=None)) == []
    monkeypatch.delenv("CORE_SECRET_KEYS")
    [missing] = problems(Settings(_env_file=None))
    assert missing.startswith("CORE_SECRET_KEYS is missing")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_settings_that_there_are(page: str) -> None:
    named = set(re.findall(r"\bCORE_([A-Z0-9_]+)\b(?!_)", PAGES[page]))
    known = {name.upper() for name in Settings.model_fields}
    of_products = {"URL", "API_KEY", "ACCESS_TOKEN"}  # the page's own product reads these

    assert named - known - of_products - {one for one in named if one.endswith("_")} == set()
