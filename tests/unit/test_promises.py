"""The numbers and names that the reference promises are those of the code."""

import importlib
import pkgutil
import re
from math import log2
from pathlib import Path

import pytest

import core
from bootstrap import Application
from core.accounts import constants
from core.accounts.config import AccountsConfig
from core.accounts.mail_login import constants as mail_login
from core.accounts.mfa import constants as mfa
from core.accounts.passkeys import constants as passkeys
from core.accounts.privacy import constants as privacy
from core.accounts.sso import constants as sso
from core.management.settings.definitions import BY_KEY
from core.models import Event, Job, Limit
from core.stats import constants as stats
from entrypoints.http.app import create_app

ROOT = Path(__file__).parents[2]
LIMITS = (ROOT / "docs" / "reference" / "limits.md").read_text()
LOGS = (ROOT / "docs" / "reference" / "logs.md").read_text()

LIFETIMES = {
    "access token": AccountsConfig(issuer="").access_lifetime,
    "session that nobody refreshes": constants.SESSION_IDLE,
    "session": constants.SESSION_ABSOLUTE,
    "refresh token that was replaced": constants.REFRESH_GRACE,
    "proof of who one is, for what decides over an account": constants.REAUTHENTICATION_WINDOW,
    "an owner's way past enforced single sign-on": constants.BREAK_GLASS_WINDOW,
    "an operator as somebody": constants.IMPERSONATION_LIFETIME,
    "link to confirm an address, or a new one": constants.VERIFICATION_LIFETIME,
    "link to reset a password": constants.RESET_LIFETIME,
    "link to choose the first password": constants.SET_PASSWORD_LIFETIME,
    "link or code to sign in by mail": mail_login.LIFETIME,
    "second step of a sign-in": constants.MFA_CHALLENGE_LIFETIME,
    "challenge for a passkey": passkeys.CHALLENGE_LIFETIME,
    "invitation": constants.INVITATION_LIFETIME,
    "sign-in at a provider": sso.TRANSACTION_LIFETIME,
    "code that a single sign-on ends with": sso.CODE_LIFETIME,
    "link to restore an account that is about to be deleted": privacy.DELETION_GRACE,
    "export of one's data": privacy.EXPORT_KEPT,
    "what came of a report": stats.ANSWERS_KEPT,
}
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "day": 86_400}


def limits() -> set[tuple[str, int, int]]:
    modules = [
        importlib.import_module(one.name)
        for one in pkgutil.walk_packages(core.__path__, "core.")
        if one.name.endswith(".constants")
    ]
    return {
        (limit.name, limit.count, limit.seconds)
        for module in modules
        for limit in vars(module).values()
        if isinstance(limit, Limit)
    }


def test_every_limit_is_documented_as_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \| \S", LIMITS, re.MULTILINE)

    assert {(name, int(count), int(seconds)) for name, count, seconds in rows} == limits()


@pytest.mark.parametrize("what", LIFETIMES)
def test_every_lifetime_is_documented_as_it_is(what: str) -> None:
    row = re.search(rf"^\| {what} \| [^\d\n]*(\d+) (\w+)", LIMITS, re.MULTILINE)

    assert row
    assert int(row[1]) * SECONDS[row[2]] == LIFETIMES[what].total_seconds()


def test_the_documented_password_rules_are_those_that_hold() -> None:
    shortest, longest = constants.PASSWORD_MIN_LENGTH, constants.PASSWORD_MAX_LENGTH

    assert f"{shortest} to {longest} characters of any kind" in LIMITS
    assert constants.CHANGE_EMAIL_LIFETIME == constants.VERIFICATION_LIFETIME


def test_every_audited_action_is_in_the_inventory() -> None:
    others = {*Job.kinds, *Event.kinds, *BY_KEY}
    files = [file for file in (ROOT / "src" / "core").rglob("*.py") if file.stem != "constants"]
    named = {
        name for file in files for name in re.findall(r'"([a-z_]+\.[a-z_]+)"', file.read_text())
    }

    _, _, rows = LOGS.partition("| about | actions |")
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", rows)) == named - others


def test_a_recovery_code_has_fifty_bits() -> None:
    assert log2(len(mfa.RECOVERY_ALPHABET)) * mfa.RECOVERY_LENGTH == 50


def test_nobody_is_asked_what_others_may_know(application: Application) -> None:
    schemas = create_app(application).openapi()["components"]["schemas"]
    names = {name for schema in schemas.values() for name in schema.get("properties", {})}

    assert "password" in names
    assert not [name for name in names if re.search("question|hint|answer", name)]
