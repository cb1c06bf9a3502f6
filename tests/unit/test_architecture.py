"""Rules of the house that linters can't express."""

import ast
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import grimp
import pytest

from bootstrap import HANDLERS, USE_CASES, Application, Container, InMemoryContainer, Settings
from core import exceptions
from core import ports as kernel
from core.models import Job
from core.service import UseCase

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
MODULES = sorted(SRC.rglob("*.py"))
ALL = [getattr(module, name) for module in USE_CASES for name in module.__all__]

UNAUDITED = {
    "FanOut": "an event was audited where it happened",
    "RefreshSession": "a refresh is no change of anybody's rights; its misuse is audited",
}

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> Iterator[Function]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_core_imports_pydantic_and_the_standard_library_only() -> None:
    graph = grimp.build_graph("core", include_external_packages=True)

    imported = {name.split(".")[0] for name in graph.modules}

    assert imported - sys.stdlib_module_names <= {"core", "pydantic", "pydantic_core"}


@pytest.mark.parametrize("module", ["bootstrap", "containers", "settings"])
def test_what_wires_the_service_knows_no_entrypoint(module: str) -> None:
    assert "entrypoints" not in (SRC / f"{module}.py").read_text()


def test_only_settings_read_the_environment() -> None:
    readers = {
        str(module.relative_to(SRC)): re.findall(r"os\.environ|getenv", module.read_text())
        for module in MODULES
    }

    # Telemetry is handed OpenTelemetry's own variables; `serve` tells its workers what it found.
    allowed = {"containers.py", "entrypoints/cli/serving.py"}
    assert {name for name, found in readers.items() if found} <= allowed


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_a_module_fits_on_a_few_screens(module: Path) -> None:
    source = module.read_text()

    assert source.count("\n") <= 300
    long = [one.name for one in functions(source) if (one.end_lineno or 0) - one.lineno >= 40]
    assert long == []


@pytest.mark.parametrize("use_case", ALL, ids=lambda use_case: use_case.__name__)
def test_a_use_case_reads_in_one_breath(use_case: type[UseCase]) -> None:
    module = sys.modules[use_case.__module__]
    source = Path(module.__file__ or "").read_text()
    [call] = [one for one in functions(source) if one.name == "__call__"]

    assert (call.end_lineno or 0) - call.body[0].lineno < 25
    assert use_case.__doc__
    shared = {port for port in vars(kernel).values() if isinstance(port, type)}
    own = [
        port
        for port in use_case.ports().values()
        if port not in shared and "ports" in getattr(port, "__module__", "")
    ]
    assert len(own) <= 7


def test_a_port_has_seven_methods_at_most() -> None:
    for file in [SRC / "core" / "ports.py", *SRC.glob("core/*/ports.py")]:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef):
                methods = [one for one in node.body if isinstance(one, ast.AsyncFunctionDef)]
                assert len(methods) <= 7, node.name


@pytest.mark.parametrize("container", [Container, InMemoryContainer])
def test_every_use_case_gets_the_ports_it_asks_for(
    container: type[Container], settings: Settings
) -> None:
    wired = Application(container(settings=settings))

    for use_case in ALL:
        for name, port in use_case.ports().items():
            given = getattr(wired.use(use_case), name)
            if isinstance(port, type):
                assert port in type(given).__mro__, (use_case, name)


@pytest.mark.parametrize("use_case", ALL, ids=lambda use_case: use_case.__name__)
def test_what_changes_something_leaves_an_audit_row(use_case: type[UseCase]) -> None:
    source = Path(sys.modules[use_case.__module__].__file__ or "").read_text()
    if "self.transaction()" not in source or use_case.__name__ in UNAUDITED:
        return

    assert "self.audit.record(" in source


def test_every_kind_of_job_has_somebody_to_carry_it_out() -> None:
    ours = {kind for kind in Job.kinds.values() if kind.__module__.startswith("core.")}

    assert ours == set(HANDLERS)


def kinds_of(error: type[exceptions.CoreError]) -> Iterator[type[exceptions.CoreError]]:
    for one in error.__subclasses__():
        yield one
        yield from kinds_of(one)


def test_every_error_code_is_unique_and_documented() -> None:
    from entrypoints.http import app  # noqa: F401, PLC0415 - whatever it imports may be raised

    leaves = (one for one in kinds_of(exceptions.CoreError) if not one.__subclasses__())
    codes = [error.code for error in leaves]
    page = (ROOT / "docs" / "reference" / "errors.md").read_text()

    assert len(codes) == len(set(codes))
    assert sorted(code for code in codes if f"`{code}`" not in page) == []


def test_the_reference_of_settings_is_up_to_date() -> None:
    assert (ROOT / "docs" / "reference" / "settings.md").read_text() == Settings.reference()


def test_the_example_names_real_settings() -> None:
    named = set(
        re.findall(r"^#?\s*CORE_([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )

    assert named <= {name.upper() for name in Settings.model_fields}


SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE)\b")
TENANT_TABLES = ("accounts.organizations", "accounts.memberships", "accounts.invitations")


def statements(file: Path) -> Iterator[tuple[str, str]]:
    """Yield each SQL statement with the source of the call around it."""
    source = file.read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            texts = (one.value for one in node.args if isinstance(one, ast.Constant))
            for text in texts:
                if isinstance(text, str) and SQL.search(text):
                    yield text, ast.unparse(node)


@pytest.mark.parametrize("file", sorted((SRC / "adapters/postgres").rglob("*.py")), ids=str)
def test_sql_on_a_tenants_table_says_whose_rows_it_means(file: Path) -> None:
    for sql, call in statements(file):
        if any(table in sql for table in TENANT_TABLES):
            assert "scope=" in call, sql
            assert "organization_id" in sql or "scope=PLATFORM" in call or "id" in sql, sql


@pytest.mark.parametrize("file", sorted((SRC / "adapters/postgres").rglob("*.py")), ids=str)
def test_no_sql_is_glued_together(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.JoinedStr):
            assert not SQL.search(ast.unparse(node))


def test_migrations_are_dated_and_follow_each_other() -> None:
    names = sorted(file.name for file in (ROOT / "migrations" / "versions").glob("*.py"))

    assert names
    assert all(re.match(r"\d{4}-\d{2}-\d{2}-\d{4}_\w+\.py$", name) for name in names)
    assert all(one < other for one, other in pairwise(names))
