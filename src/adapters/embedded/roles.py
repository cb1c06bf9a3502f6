"""Our roles and the database, made on a server of somebody else's: what psql does with roles.sql.

In an image there is no psql that speaks TLS, and managed servers take nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files

import psycopg
from psycopg import sql

_SETTINGS = re.compile(r"^\\set .*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"^\\connect (\w+)$", re.MULTILINE)
_RUN_RESULT = "\\gexec"


def script() -> str:
    """Return the SQL, with commands of psql's between the statements."""
    return files("adapters.embedded").joinpath("roles.sql").read_text()


def make(admin: str, passwords: Mapping[str, str]) -> None:
    """Make what is missing, as the administrator at this address; again changes nothing.

    Then the roles get their passwords. Only what proves a password reaches the server, not the
    password, as with psql's \\password: no log can show it.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        here, database, there = _ELSEWHERE.split(script())
        _run(connection, here)
    with psycopg.connect(admin, dbname=database, autocommit=True) as connection:
        _run(connection, there)
        connection.execute("RESET ROLE")
        for role, password in passwords.items():
            proof = connection.pgconn.encrypt_password(
                password.encode(), role.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(proof.decode())
                )
            )


def _run(connection: psycopg.Connection, part: str) -> None:
    for statements, query in _steps(part):
        connection.execute(statements.encode())
        if query:
            for (statement,) in connection.execute(query.encode()).fetchall():
                connection.execute(statement.encode())


def _steps(part: str) -> Iterator[tuple[str, str]]:
    """Yield statements, and the query after them whose result is to be run, if there is one."""
    *queried, last = _SETTINGS.sub("", part).split(_RUN_RESULT)
    for chunk in queried:
        statements, _, query = chunk.rpartition(";")
        yield statements, query
    yield last, ""
