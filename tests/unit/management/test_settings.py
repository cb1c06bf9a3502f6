"""Settings in layers: who is nearest has the say, and of secrets nobody is told."""

import re
from typing import Any, override
from uuid import UUID

import pytest
from dependency_injector import providers
from hypothesis import given
from hypothesis import strategies as st

from adapters import memory
from bootstrap import Application, InMemoryContainer
from core.audit import AuditEvent
from core.exceptions import PermissionDenied, Unavailable, ValidationFailed, VersionMismatch
from core.mails.models import Brand, SendMail
from core.management.settings import exceptions, policies, schemas, service
from core.management.settings.definitions import BY_KEY, REGISTRY, Definition
from core.management.settings.models import Setting, SettingId, SettingScope
from core.models import Actor, OrganizationId, UserId
from core.stats.events import AlertFired, AlertResolved
from core.webhooks import ports as webhooks
from core.webhooks.models import Message
from tests.contracts.founding import as_role, owning
from tests.factories import NOW, new_id

OPERATOR = Actor(kind="cli")
SECRET = "https://chat.example.com/hooks/a-secret"


class Office:
    """Somebody who sets things, and looks at what holds."""

    def __init__(self, application: Application, owner: Actor) -> None:
        self.application, self.owner = application, owner

    async def put(
        self, scope: SettingScope, key: str, value: Any, **about: Any
    ) -> schemas.SettingView:
        told = {"scope": scope, "key": key, "value": value}
        command = schemas.PutSetting.model_validate(told | about)
        return await self.application.use(service.PutSetting)(command, self.asking(scope))

    async def unset(self, scope: SettingScope, key: str, **about: Any) -> None:
        command = schemas.UnsetSetting.model_validate({"scope": scope, "key": key} | about)
        await self.application.use(service.UnsetSetting)(command, self.asking(scope))

    async def get(self, scope: SettingScope, key: str) -> schemas.SettingView:
        query = schemas.SettingReference(scope=scope, key=key)
        return await self.application.use(service.GetSetting)(query, self.asking(scope))

    async def holds(self, key: str) -> tuple[Any, str]:
        page = await self.application.use(service.GetEffectiveSettings)(None, self.owner)
        [found] = [one for one in page.items if one.key == key]
        return found.value, found.source

    def asking(self, scope: SettingScope) -> Actor:
        return OPERATOR if scope == "system" else self.owner


@pytest.fixture
async def office(application: Application, container: InMemoryContainer) -> Office:
    return Office(application, await owning(container))


# --- Layers ---------------------------------------------------------------------------------------


async def test_who_is_nearest_has_the_say(office: Office) -> None:
    key = "locale.timezone"
    seen = [await office.holds(key)]
    scopes: tuple[SettingScope, ...] = ("system", "organization", "user")
    for scope, zone in zip(scopes, ("Asia/Tokyo", "Europe/Berlin", "Europe/Paris"), strict=True):
        await office.put(scope, key, zone)
        seen.append(await office.holds(key))
    for scope in reversed(scopes):
        await office.unset(scope, key)
        seen.append(await office.holds(key))

    up = [
        ("UTC", "default"),
        ("Asia/Tokyo", "system"),
        ("Europe/Berlin", "organization"),
        ("Europe/Paris", "user"),
    ]
    assert seen == [*up, *up[-2::-1]]


async def test_what_is_set_here_and_what_would_hold_otherwise_are_told_apart(
    office: Office,
) -> None:
    await office.put("system", "locale.language", "de")
    shown = await office.get("organization", "locale.language")
    assert (shown.set, shown.value, shown.version) == (False, None, 0)
    assert (shown.inherited, shown.inherited_from, shown.default) == ("de", "system", "en")

    made = await office.put("organization", "locale.language", "en")

    assert made == await office.get("organization", "locale.language")
    assert (made.set, made.value, made.version) == (True, "en", 1)
    assert (made.inherited, made.inherited_from) == ("de", "system")


async def test_outside_of_an_organization_a_layer_is_missing(office: Office) -> None:
    await office.put("organization", "locale.week_start", "sunday")
    effective = office.application.use(service.GetEffectiveSettings)
    alone = office.owner.evolve(organization_id=None, role=None, permissions=frozenset())

    found = {one.key: one.value for one in (await effective(None, alone)).items}

    assert found["locale.week_start"] == "monday"
    key = as_role(office.application.container, office.owner, "viewer").evolve(
        kind="api_key", user_id=None, api_key_id=new_id()
    )
    found = {one.key: one.value for one in (await effective(None, key)).items}
    assert found["locale.week_start"] == "sunday"


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "no zone", 3, None])


@given(st.dictionaries(st.sampled_from(["system", "organization", "user"]), ZONES))
def test_what_does_not_fit_any_more_is_as_if_it_were_not_set(told: dict[str, Any]) -> None:
    what = BY_KEY["locale.timezone"]
    owners: dict[str, dict[str, UUID]] = {
        "system": {},
        "organization": {"organization_id": OrganizationId(new_id())},
        "user": {"user_id": UserId(new_id())},
    }
    settings = [
        Setting.model_validate(
            {
                "id": SettingId(new_id()),
                "key": what.key,
                "value": value,
                "version": 1,
                "updated_at": NOW,
            }
            | owners[scope]
        )
        for scope, value in told.items()
    ]

    held, source = policies.holding(what, settings)

    sound = [scope for scope in policies.ORDER if told.get(scope) in {"UTC", "Europe/Berlin"}]
    assert source == (sound[0] if sound else "default")
    assert (held.value if held else None) == (told[sound[0]] if sound else None)


# --- What there is --------------------------------------------------------------------------------


@pytest.mark.parametrize("what", REGISTRY, ids=lambda one: str(one.key))
def test_every_default_fits_and_every_definition_makes_sense(what: Definition) -> None:
    assert what.default is None or what.fits(what.default)
    assert what.scopes
    assert (what.kind == "enum") is bool(what.choices)
    assert not (what.secret and what.default is not None)


def test_keys_are_unique() -> None:
    assert len(BY_KEY) == len(REGISTRY)


@pytest.mark.parametrize(
    ("key", "kept", "refused"),
    [
        ("notifications.news", [True, False], ["true", 1, None]),
        ("locale.language", ["de"], ["fr", 1, ""]),
        ("locale.timezone", ["Europe/Berlin"], ["Berlin", "../etc/passwd", "", "\0", "x" * 99]),
        ("branding.name", ["Engines"], ["", " ", "x" * 61, "a\nb", 7]),
        ("branding.colour", ["#00ff7f"], ["red", "#fff", "#00ff7g", "#00ff7f;}"]),
        ("branding.support", ["help@example.com"], ["help", ""]),
        ("product.preferences", [{"a": [1, None]}, "x", 0], ["x" * 17_000, None]),
        ("alerts.chat_url", ["https://chat.example.com/x"], ["http://a.example.com", "https://"]),
    ],
)
def test_values_are_judged_by_their_definition(
    key: str, kept: list[Any], refused: list[Any]
) -> None:
    assert [one for one in kept if not BY_KEY[key].fits(one)] == []
    assert [one for one in refused if BY_KEY[key].fits(one)] == []


def test_bounds_of_numbers_hold() -> None:
    days = Definition(key="a.days", title="Days", about="So many.", kind="int", least=1, most=30)

    assert [n for n in (0, 1, 30, 31) if days.fits(n)] == [1, 30]
    with pytest.raises(ValidationFailed) as refused:
        days.judged(31)
    assert refused.value.errors[0].pointer == "#/value"


async def test_an_unknown_key_is_answered_with_those_that_there_are(office: Office) -> None:
    for scope, key in (("user", "branding.name"), ("organization", "my.own")):
        with pytest.raises(exceptions.SettingNotFound) as refused:
            await office.put(scope, key, "x")  # type: ignore[arg-type]
        keys = refused.value.members["keys"]
        assert isinstance(keys, list)
        assert "locale.language" in keys
        assert "branding.name" not in keys


async def test_everything_that_can_be_set_there_is_listed(office: Office) -> None:
    query = schemas.SettingsScope(scope="user")

    found = (await office.application.use(service.ListSettings)(query, office.owner)).items

    assert [one.key for one in found] == [one.key for one in REGISTRY if "user" in one.scopes]


# --- Who may, and what is left behind -------------------------------------------------------------


async def test_a_viewer_looks_and_changes_nothing(office: Office) -> None:
    office.owner = as_role(office.application.container, office.owner, "viewer")

    await office.get("organization", "locale.language")
    with pytest.raises(PermissionDenied):
        await office.put("organization", "locale.language", "de")
    with pytest.raises(PermissionDenied):
        await office.unset("organization", "locale.language")
    await office.put("user", "locale.language", "de")


async def test_the_installations_are_for_operators(office: Office) -> None:
    query = schemas.SettingReference(scope="system", key="branding.name")
    with pytest.raises(PermissionDenied):
        await office.application.use(service.GetSetting)(query, office.owner)
    supporter = Actor(kind="user", platform_role="support", strong=True)
    await office.application.use(service.GetSetting)(query, supporter)
    with pytest.raises(PermissionDenied):
        await office.application.use(service.UnsetSetting)(
            schemas.UnsetSetting(**dict(query)), supporter
        )


async def test_nobody_overwrites_what_they_did_not_see(office: Office) -> None:
    key = "locale.language"
    await office.put("organization", key, "de", expected_version=0)
    with pytest.raises(VersionMismatch):
        await office.put("organization", key, "en", expected_version=0)
    await office.put("organization", key, "en", expected_version=1)
    await office.unset("organization", key, expected_version=2)
    for stale in (0, 1, 2):
        with pytest.raises(VersionMismatch):
            await office.put("organization", key, "de", expected_version=stale)

    assert (await office.put("organization", key, "de", expected_version=3)).version == 4


async def test_changes_are_audited_without_their_values(
    office: Office, container: InMemoryContainer
) -> None:
    await office.put("organization", "alerts.chat_url", SECRET)
    await office.unset("organization", "alerts.chat_url")
    await office.unset("organization", "alerts.chat_url")  # there is nothing any more

    rows = list(container.store().table(AuditEvent).values())
    assert [row.action for row in rows] == ["setting.set", "setting.unset"]
    assert {row.organization_id for row in rows} == {office.owner.organization_id}
    assert rows[0].metadata == {"key": "alerts.chat_url", "scope": "organization"}


async def test_a_secret_is_kept_encrypted_and_never_told(
    office: Office, container: InMemoryContainer
) -> None:
    made = await office.put("organization", "alerts.chat_url", SECRET)

    assert (made.value, made.inherited, made.default) == ({"set": True}, {"set": False}, None)
    assert await office.holds("alerts.chat_url") == ({"set": True}, "organization")
    [kept] = container.store().table(Setting).values()
    assert kept.value is None
    assert kept.box is not None
    assert SECRET.encode() not in kept.box
    assert "a-secret" not in repr(kept)


# --- What acts ------------------------------------------------------------------------------------


async def mailed(container: InMemoryContainer, application: Application) -> Any:
    mail = SendMail(to="ada@example.com", template="accounts/already_registered")
    await container.jobs().defer(mail.evolve(link={"path": "/forgot-password"}))
    await application.work(wait=False)
    mailer = container.mailer()
    assert isinstance(mailer, memory.Mailer)
    return mailer.sent[-1][1]


async def test_mails_look_as_an_operator_says(
    office: Office, application: Application, container: InMemoryContainer
) -> None:
    await office.put("system", "branding.name", "Engines")
    await office.put("system", "branding.colour", "#FFDD00")
    await office.put("system", "branding.support", "help@example.com")

    mail = await mailed(container, application)

    assert mail.text.endswith("-- \nEngines\nhelp@example.com\n")
    assert "background:#ffdd00; color:#0b1020;" in mail.html
    assert "help@example.com" in mail.html


async def test_mails_look_as_ever_where_nobody_said_anything(
    application: Application, container: InMemoryContainer
) -> None:
    mail = await mailed(container, application)

    assert mail.text.endswith(f"-- \n{container.settings().product_name}\n")
    assert "background:#2f55d4; color:#ffffff;" in mail.html


@pytest.mark.parametrize(
    ("colour", "ink"), [("#000000", "#ffffff"), ("#2f55d4", "#ffffff"), ("#ffffff", "#0b1020")]
)
def test_what_is_written_on_a_colour_can_be_read(colour: str, ink: str) -> None:
    assert Brand(product_name="A", colour=colour).ink == ink
    assert Brand(product_name="A").ink is None


class Chat(webhooks.Sender):
    """Takes down what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.status, self.heard = 200, list[tuple[str, bytes]]()

    @override
    async def send(self, message: Message) -> int:
        self.heard.append((message.url, message.body))
        return self.status


@pytest.fixture
def chat(container: InMemoryContainer) -> Chat:
    chat = Chat()
    container.sender.override(providers.Object(chat))
    return chat


async def test_a_chat_hears_of_alerts_and_of_their_end(
    chat: Chat, office: Office, application: Application
) -> None:
    about: dict[str, Any] = {
        "at": NOW,
        "organization_id": office.owner.organization_id,
        "alert_id": new_id(),
        "title": "Too many",
        "meter": "orders",
        "value": 12,
        "since": NOW,
    }
    tell, system = application.use(service.TellChat), Actor(kind="system")
    await tell(AlertFired(**about), system)  # it was told of no chat
    await office.put("organization", "alerts.chat_url", SECRET)

    await tell(AlertFired(**about), system)
    await tell(AlertResolved(**about), system)

    assert chat.heard == [
        (SECRET, b'{"text":"Too many: orders is at 12."}'),
        (SECRET, b'{"text":"Too many: orders is at 12, which is as it may be."}'),
    ]
    chat.status = 404
    await tell(AlertFired(**about), system)  # a chat that is gone is not asked again
    chat.status = 503
    with pytest.raises(Unavailable):
        await tell(AlertFired(**about), system)


def test_the_reference_names_every_setting() -> None:
    from tests.unit.test_architecture import ROOT  # noqa: PLC0415 - of this test alone

    page = (ROOT / "docs" / "reference" / "running-settings.md").read_text()

    rows = re.findall(r"^\| `([a-z_.]+)` \| (\w+) \| ([\w, ]+) \|", page, re.MULTILINE)
    assert rows == [(one.key, one.kind, ", ".join(one.scopes)) for one in REGISTRY]
