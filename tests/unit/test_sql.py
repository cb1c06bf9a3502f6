"""A lint of our own: SQL is plain text beside its parameters, and says whose rows it means."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgres.tables import metadata

SRC = Path(__file__).parents[2] / "src"
FILES = sorted(
    file for file in (SRC / "adapters/postgres").rglob("*.py") if "tables" not in file.parts
)
ELSEWHERE = sorted(set(SRC.rglob("*.py")) - set((SRC / "adapters/postgres").rglob("*.py")))

SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|ALTER|WITH)\b\s")
TENANT_TABLES = {
    table.fullname
    for table in metadata.tables.values()
    if "organization_id" in table.columns or table.name == "organizations"
}


def place(file: object) -> str:
    return str(file.relative_to(SRC)) if isinstance(file, Path) else ""


def texts(node: ast.AST) -> Iterator[str]:
    """Yield every text in a piece of code that is SQL."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and SQL.search(one.value):
            yield one.value


def statements(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield each SQL statement with the call that it is handed to."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for argument in node.args:
                for text in texts(argument):
                    yield text, node


def unscoped(source: str) -> list[str]:
    """Return the statements on a tenant's table that do not say whose rows they mean."""
    found = []
    for sql, call in statements(source):
        if TENANT_TABLES.isdisjoint(re.findall(r"\b[a-z_]+\.[a-z_]+\b", sql)):
            continue
        scope = {one.arg: ast.unparse(one.value) for one in call.keywords}.get("scope")
        if scope is None or (scope != "PLATFORM" and "organization_id" not in sql):
            found.append(sql)
    return found


def glued(source: str) -> list[str]:
    """Return the SQL that is put together from pieces."""
    found = []
    for node in ast.walk(ast.parse(source)):
        pieces = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
        )
        if (pieces and any(texts(node))) or formatted(node):
            found.append(ast.unparse(node))
    return found


def formatted(node: ast.AST) -> bool:
    """Tell whether this fills SQL in as text; psycopg's `sql.SQL` quotes what it is filled with."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    template = node.func.value
    quotes = isinstance(template, ast.Call) and ast.unparse(template.func) == "sql.SQL"
    return node.func.attr in {"format", "join"} and any(texts(template)) and not quotes


@pytest.mark.parametrize("file", FILES, ids=place)
def test_sql_on_a_tenants_table_says_whose_rows_it_means(file: Path) -> None:
    assert unscoped(file.read_text()) == []


@pytest.mark.parametrize("file", FILES, ids=place)
def test_no_sql_is_glued_together(file: Path) -> None:
    assert glued(file.read_text()) == []


def test_nobody_else_touches_the_tables() -> None:
    touched = re.compile("|".join(rf"\b{re.escape(table)}\b" for table in metadata.tables))

    told = {place(file): " ".join(texts(ast.parse(file.read_text()))) for file in ELSEWHERE}

    assert [name for name, text in told.items() if touched.search(text)] == []


def test_the_lint_knows_the_tenants_tables() -> None:
    names = (
        "organizations memberships invitations roles api_keys organization_domains sso_connections"
    )

    accounts = {f"accounts.{name}" for name in names.split()}
    storage = {f"storage.{name}" for name in ("buckets", "objects", "usage", "scan_events")}
    names = "accounts checkouts commands invoices movements overrides subscriptions"
    billing = {f"billing.{name}" for name in names.split()}
    names = "alerts answers combinations dashboards events meters names reports rollups usage"
    stats = {f"stats.{name}" for name in ("hourly_rollups", *names.split())}
    webhooks = {"webhooks.endpoints", "webhooks.deliveries"}
    management = {"management.flags", "management.settings", "management.collections"}
    names = "records record_index record_history record_imports record_import_pieces"
    records = {f"management.{name}" for name in names.split()}
    ours = records | accounts | storage | billing | stats | webhooks | management
    assert ours | {"core.audit_events"} == TENANT_TABLES


def test_the_lint_bites() -> None:
    assert unscoped("""fetch("SELECT 1 FROM accounts.memberships", {}, scope=one)""")
    assert unscoped("""fetch("SELECT organization_id FROM accounts.memberships", {})""")
    assert unscoped("""fetch("DELETE FROM core.audit_events", {}, scope=None)""")
    assert not unscoped("""fetch("SELECT 1 FROM accounts.memberships", {}, scope=PLATFORM)""")
    assert not unscoped("""fetch("SELECT 1 FROM accounts.users", {})""")
    assert glued("""fetch(f"SELECT {what} FROM accounts.users")""")
    assert glued("""fetch("SELECT 1 FROM accounts.users WHERE " + where)""")
    assert glued("""fetch("SELECT %s FROM accounts.users" % what)""")
    assert glued("""fetch("SELECT {} FROM accounts.users".format(what))""")
    assert glued("""fetch("SELECT {}".format(one(two, three())))""")
    assert not glued("""fetch(sql.SQL("SELECT * FROM ({})").format(one))""")
    assert not glued("""fetch("SELECT 1 FROM accounts.users WHERE id = %(id)s", {"id": one})""")
