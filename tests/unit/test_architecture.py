"""Rules of the house that linters can't express."""

import ast
import re
import sys
from itertools import pairwise
from pathlib import Path

import grimp
import pytest

from bootstrap import Application, Container, InMemoryContainer, Settings
from containers.duties import HANDLERS, USE_CASES
from core import ports as kernel
from core.models import Job, Permission
from core.service import Collaborator, UseCase, Wired
from settings import reference
from tests.integration import test_ports_in_postgres
from tests.unit import test_ports_in_memory

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
MODULES = sorted(SRC.rglob("*.py"))
PYTHON = [
    *MODULES,
    *(
        file
        for folder in ("tests", "benchmarks", "migrations")
        for file in (ROOT / folder).rglob("*.py")
    ),
]
PORTS = sorted(SRC.glob("core/**/ports.py"))
ALL = [getattr(module, name) for module in USE_CASES for name in module.__all__]
WIRING = [Container, InMemoryContainer]

UNAUDITED = {
    "BackfillEvents": "what arrives only says where to look; what that changes is audited",
    "ReceiveEvent": "as BackfillEvents",
    "SweepInbox": "as BackfillEvents",
    "NoteSeats": "who came or went is audited, and so is the order that follows",
    "Consume": "what was used is a row of its own",
    "QueueMessages": "what happened was audited where it did",
    "SendMessages": "as QueueMessages; that an endpoint is switched off is audited",
    "SweepMessages": "as QueueMessages",
    "IngestEvents": "what happened elsewhere is a row of its own, which nobody changes",
    "RecordSystemEvent": "as IngestEvents",
    "RecordPlatformEvent": "as IngestEvents",
    "ImportEvents": "as IngestEvents",
    "BuildMeter": "that a meter is made is audited; it adds up what is there",
    "EvaluateAlerts": "that an alert fires is an event",
    "PingEndpoint": "a try is among the deliveries, and changes nothing",
    "FanOut": "an event was audited where it happened",
    "RefreshSession": "a refresh is no change of anybody's rights; its misuse is audited",
}

READING_AUDIT = {
    "ListAuditEvents",
    "SearchAuditEvents",
    "ExportAuditEvents",
    "ExportPlatformAudit",
}

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def place(file: object) -> str:
    return str(file.relative_to(ROOT)) if isinstance(file, Path) else ""


def title(use_case: object) -> str:
    return use_case.__name__ if isinstance(use_case, type) else ""


def functions(tree: ast.AST) -> list[Function]:
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def body_lines(function: Function) -> int:
    """Count the lines of a function without its signature."""
    return (function.end_lineno or 0) - function.body[0].lineno + 1


def definition(use_case: type[Wired]) -> ast.ClassDef:
    source = Path(sys.modules[use_case.__module__].__file__ or "").read_text()
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return next(one for one in classes if one.name == use_case.__name__)


# --- Who knows whom -------------------------------------------------------------------------------


def test_the_core_imports_pydantic_and_the_standard_library_only() -> None:
    graph = grimp.build_graph("core", include_external_packages=True)

    imported = {name.split(".")[0] for name in graph.modules}

    assert imported - sys.stdlib_module_names <= {"core", "pydantic", "pydantic_core"}


@pytest.mark.parametrize("module", ["bootstrap", "containers", "settings"])
def test_what_wires_the_service_knows_no_entrypoint(module: str) -> None:
    files = [SRC / f"{module}.py", *(SRC / module).rglob("*.py")]

    assert not any("entrypoints" in file.read_text() for file in files if file.exists())


def test_only_settings_read_the_environment() -> None:
    found = {
        place(module): [
            line.strip()
            for line in module.read_text().splitlines()
            if re.search(r"os\.environ|getenv|import environ", line)
        ]
        for module in MODULES
    }

    # Telemetry is handed OpenTelemetry's own variables.
    assert {name: lines for name, lines in found.items() if lines} == {
        "src/containers/kernel.py": ["return Telemetry(config, os.environ)"]
    }


def test_imports_are_absolute() -> None:
    imports = (
        (place(file), node.level)
        for file in PYTHON
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
    )

    assert {name for name, level in imports if level} == set()


# --- Sizes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES, ids=place)
def test_a_module_fits_on_a_few_screens(module: Path) -> None:
    source = module.read_text()

    assert source.count("\n") <= 300
    long = [
        one.name
        for one in functions(ast.parse(source))
        if (one.end_lineno or 0) - one.lineno + 1 > 40
    ]
    assert long == []


@pytest.mark.parametrize("file", PORTS, ids=place)
def test_a_port_has_seven_methods_at_most(file: Path) -> None:
    ports = [node for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)]

    assert ports
    assert [one.name for one in ports if len(functions(one)) > 7] == []


@pytest.mark.parametrize("use_case", ALL, ids=title)
def test_a_use_case_reads_in_one_breath(use_case: type[UseCase]) -> None:
    [call] = [one for one in functions(definition(use_case)) if one.name == "__call__"]

    assert body_lines(call) <= 25
    assert use_case.__doc__
    shared = {port for port in vars(kernel).values() if isinstance(port, type)}
    of_modules = [
        port
        for port in use_case.ports().values()
        if port not in shared and getattr(port, "__module__", "").endswith(".ports")
    ]
    assert len(of_modules) <= 7


# --- Wiring ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=WIRING, ids=title)
def wired(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Application:
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(_env_file=None, data_dir=folder).with_secret_keys()
    return Application(request.param(settings=settings))


@pytest.mark.parametrize("use_case", ALL, ids=title)
def test_every_use_case_gets_the_ports_it_asks_for(
    wired: Application, use_case: type[UseCase]
) -> None:
    for name, port in use_case.ports().items():
        given = getattr(wired.use(use_case), name)
        if isinstance(port, type):
            assert port in type(given).__mro__, name


def test_every_kind_of_job_has_somebody_to_carry_it_out() -> None:
    ours = {kind for kind in Job.kinds.values() if kind.__module__.startswith("core.")}

    assert ours == set(HANDLERS)


# --- Permissions ----------------------------------------------------------------------------------


def named_permissions() -> list[tuple[str, Permission]]:
    """Return each permission that a use case names, as `actor.require(constants.X)` does."""
    found = []
    ours = (name for name in sys.modules if name.startswith("core."))
    for module in sorted(name for name in ours if not name.endswith(".constants")):
        namespace = vars(sys.modules[module])
        file = Path(namespace["__file__"])
        for node in ast.walk(ast.parse(file.read_text())):
            name = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""
            owner, _, constant = name.rpartition(".")
            value = getattr(namespace.get(owner), constant, None) if owner else namespace.get(name)
            if isinstance(value, Permission):
                found.append((place(file), value))
    return found


def test_every_permission_that_is_asked_for_is_registered_and_no_other(wired: Application) -> None:
    registry = wired.container.permissions()
    named = named_permissions()

    assert [where for where, one in named if one not in registry] == []
    assert {one.name for _, one in named} == {one.name for one in registry}


# --- What a change leaves behind ------------------------------------------------------------------


def records(part: type[Wired]) -> bool:
    """Tell whether it writes an audit row, by itself or by a collaborator."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) == "self.audit.record"
        for node in ast.walk(definition(part))
    ) or any(records(kind) for kind in collaborators(part))


def collaborators(part: type[Wired]) -> list[type[Wired]]:
    kinds = part.ports().values()
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Collaborator)]


@pytest.mark.parametrize("use_case", ALL, ids=title)
def test_what_changes_something_leaves_an_audit_row(use_case: type[UseCase]) -> None:
    changes = "transaction" in use_case.ports() and use_case.__name__ not in UNAUDITED

    assert records(use_case) or not changes
    reads = title(use_case) in READING_AUDIT
    asks = "audit" in use_case.ports() and not reads
    assert records(use_case) is (asks or any(records(kind) for kind in collaborators(use_case)))


def test_what_leaves_no_audit_row_is_still_there() -> None:
    assert {title(use_case) for use_case in ALL} >= UNAUDITED.keys()


# --- Tests ----------------------------------------------------------------------------------------

WITHOUT_TWINS = {
    "Pool": "it is no port",
    "Database": "it is no port",
    "Argon2Hasher": "memory's is bound in test_security",
    "GrantSigner": "it is one for both, bound in test_signed_addresses",
    "MultipartUploads": "the real ones are bound in test_ports_on_disk and test_ports_on_s3",
    "ObjectReader": "as MultipartUploads",
    "ObjectWriter": "as MultipartUploads",
    "Customers": "a payment provider's are bound in test_payment_providers",
    "Checkouts": "as Customers",
    "SubscriptionReader": "as Customers",
    "SubscriptionWriter": "as Customers",
    "Invoices": "as Customers",
    "PaymentMethods": "as Customers",
    "Shop": "as Customers",
    "ProviderEvents": "as Customers",
    "Refunds": "as Customers",
    "UsageReports": "as Customers",
    "Endpoints": "as Customers",
    "TestClocks": "as Customers",
    "PaymentProvider": "it is all of them",
    "PaidSeats": "it is one for both, over the ports",
    "Partitions": "there are none in memory; the real ones are bound in test_partitions",
    "Ledger": "it is no port",
    "Branding": "it is one for both, over the ports",
    "Switchboard": "as Branding",
    "OrganizationFiles": "it is one for both, over the ports of bytes",
    "Readiness": "there is nothing to be ready for in memory",
    "Worker": "its contract is that of Jobs",
    "tuple": "each of the ports in it has its own",
    "FileMailer": "memory's is bound in test_mailer_in_memory",
    "OidcClient": "the real one is bound in test_oidc",
    "TextRecords": "the real one is bound in test_outbound",
}


def test_every_port_with_two_adapters_has_one_contract_for_both(wired: Application) -> None:
    container = wired.container
    real = Container(settings=container.settings())
    differ = {
        type(getattr(real, name)()).__name__
        for name, provider in Container.providers.items()
        if InMemoryContainer.providers[name] is not provider and name != "resources"
    }

    for where, bound in (("Memory", test_ports_in_memory), ("Postgres", test_ports_in_postgres)):
        bindings = {name for name in vars(bound) if name.startswith("Test")}
        wanted = differ - WITHOUT_TWINS.keys() - {"NoneType", "AccessTokens"}
        assert {f"Test{name}In{where}" for name in wanted} <= bindings


def test_every_use_case_of_accounts_is_tried_without_a_database() -> None:
    tests = " ".join(file.read_text() for file in (ROOT / "tests/unit/accounts").glob("*.py"))

    accounts = [use_case for use_case in ALL if "accounts" in use_case.__module__]
    assert [title(one) for one in accounts if f"service.{title(one)})" not in tests] == []


# --- Documentation --------------------------------------------------------------------------------


def test_the_reference_of_settings_is_up_to_date() -> None:
    assert (ROOT / "docs" / "reference" / "settings.md").read_text() == reference()


def test_the_example_names_real_settings() -> None:
    named = set(
        re.findall(r"^#?\s*CORE_([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )

    assert named <= {name.upper() for name in Settings.model_fields}


# --- Migrations -----------------------------------------------------------------------------------


def test_migrations_are_dated_and_follow_each_other() -> None:
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    texts = [file.read_text() for file in files]
    revisions = [re.findall(r'^revision = "(\w+)"', text, re.MULTILINE)[0] for text in texts]
    built_on = [re.findall(r"^down_revision = (.+)$", text, re.MULTILINE)[0] for text in texts]

    assert files
    assert all(re.match(r"\d{4}-\d{2}-\d{2}-\d{4}_\w+\.py$", file.name) for file in files)
    assert all(one.name < other.name for one, other in pairwise(files))
    assert built_on == ["None", *(f'"{one}"' for one in revisions[:-1])]
