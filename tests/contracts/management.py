"""What every adapter must do that keeps settings and switches, or counts for operators."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bootstrap import Container
from core.billing.models import Mirrored
from core.management.settings.models import Owner, Setting, SettingId
from core.management.switches.models import Switch
from tests import factories
from tests.contracts import billing, stats, webhooks
from tests.contracts.filing import admitted, bucket, moved
from tests.contracts.founding import founded, known
from tests.factories import NOW


def setting(key: str, **about: Any) -> Setting:
    told: dict[str, Any] = {
        "id": SettingId(factories.new_id()),
        "key": key,
        "version": 1,
        "updated_at": NOW,
    }
    return Setting.model_validate(told | about)


async def kept(container: Container, *settings: Setting) -> None:
    for one in settings:
        await container.kept_settings().put(one)


def keyed(found: list[Setting], *keys: str) -> list[Setting]:
    """Return those of our keys: other tests set things for the installation too."""
    return sorted((one for one in found if one.key in keys), key=lambda one: one.id)


class KeptSettingsContract:
    async def test_layers_are_the_installations_and_those_that_are_named(
        self, container: Container
    ) -> None:
        (ours, ada), (theirs, bob) = await founded(container), await founded(container)
        key = f"tests.k{factories.new_id().hex}"
        mine = setting(key, user_id=ada.id, value=[1, {"a": None}])
        of_ours = setting(key, organization_id=ours.id, value="x", updated_by=ada.id)
        others = (
            setting(key, organization_id=theirs.id, value=1),
            setting(key, user_id=bob.id, value=False),
        )
        system = setting(key, value=0)
        await kept(container, system, of_ours, mine, *others)
        layers = container.kept_settings().layers

        assert keyed(await layers(), key) == [system]
        assert keyed(await layers(ours.id), key) == keyed([system, of_ours], key)
        assert keyed(await layers(user_id=ada.id), key) == keyed([system, mine], key)
        both = keyed([system, of_ours, mine], key)
        assert keyed(await layers(ours.id, ada.id), key) == both

    async def test_an_owner_has_one_of_a_key(self, container: Container) -> None:
        (organization, ada), key = await founded(container), f"tests.k{factories.new_id().hex}"
        owners: tuple[dict[str, UUID], ...] = (
            {},
            {"organization_id": organization.id},
            {"user_id": ada.id},
        )

        for owner in owners:
            first = setting(key, value="old", **owner)
            await kept(container, first, first.evolve(value="new", version=2))

        found = keyed(await container.kept_settings().layers(organization.id, ada.id), key)
        assert [(one.value, one.version) for one in found] == [("new", 2)] * 3

    async def test_a_box_and_nothing_at_all_are_kept_as_well(self, container: Container) -> None:
        organization, _ = await founded(container)
        secret = setting("tests.secret", organization_id=organization.id, box=b"\0\1")
        await kept(container, secret)
        await kept(container, secret.evolve(box=None, version=2))

        [unset] = keyed(await container.kept_settings().layers(organization.id), "tests.secret")

        assert (unset.given, unset.version) == (False, 2)

    async def test_what_is_not_committed_was_never_set(self, container: Container) -> None:
        organization, _ = await founded(container)
        owner = Owner(organization_id=organization.id)

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                await container.kept_settings().lock(owner)
                await kept(container, setting("tests.a", organization_id=organization.id, value=1))
                raise RuntimeError

        assert keyed(await container.kept_settings().layers(organization.id), "tests.a") == []

    async def test_a_secret_is_among_all_boxes(self, container: Container) -> None:
        organization, _ = await founded(container)
        secret = setting("tests.secret", organization_id=organization.id, box=b"old")
        await kept(container, secret)
        boxes, name = container.secret_boxes(), f"settings:{secret.id}"

        [stored] = [one for one in await boxes.page(None, limit=10**6) if one.key == name]
        assert await boxes.replace(stored, b"new")
        assert not await boxes.replace(stored, b"newer")

        [found] = keyed(await container.kept_settings().layers(organization.id), "tests.secret")
        assert found.box == b"new"


class SettingsDataContract:
    async def test_one_is_told_what_one_set_oneself(self, container: Container) -> None:
        (organization, ada), bob = await founded(container), await known(container)
        await kept(
            container,
            setting("locale.language", user_id=ada.id, value="de"),
            setting("alerts.chat_url", user_id=ada.id, box=b"a secret"),
            setting("locale.timezone", user_id=ada.id),
            setting("locale.language", organization_id=organization.id, value="en"),
            setting("locale.language", user_id=bob.id, value="en"),
        )

        told = await container.settings_data().of(ada.id)

        assert container.settings_data().name == "settings"
        assert told == {
            "settings": [
                {"key": "alerts.chat_url", "value": None, "updated_at": NOW},
                {"key": "locale.language", "value": "de", "updated_at": NOW},
            ]
        }


class SwitchesContract:
    async def test_a_switch_stands_as_it_was_set_last(self, container: Container) -> None:
        switches, who = container.switches(), factories.new_id()
        first = Switch(name="sign_ups", on=False, reason="Full", changed_at=NOW, changed_by=who)

        await switches.put(first)
        assert first in await switches.all()
        last = first.evolve(on=True, reason=None, changed_by=None)
        await switches.put(last)

        assert [one for one in await switches.all() if one.name == "sign_ups"] == [last]

    async def test_a_switch_goes_back_with_its_transaction(self, container: Container) -> None:
        before = await container.switches().all()

        with pytest.raises(RuntimeError):
            async with container.transaction()():
                switched = Switch(name="read_only", on=True, reason="Never", changed_at=NOW)
                await container.switches().put(switched)
                raise RuntimeError

        assert await container.switches().all() == before


class AccountFiguresContract:
    async def test_people_are_counted_and_when_they_came(self, container: Container) -> None:
        figures, now = container.account_figures(), NOW + timedelta(days=3000)
        before = await figures.accounts(now)

        for days in (1, 8, 31):
            await known(container, created_at=now - timedelta(days=days))
        await founded(container)
        after = await figures.accounts(now)

        assert after.users == before.users + 4
        assert after.organizations == before.organizations + 1
        assert after.sign_ups_7_days == before.sign_ups_7_days + 1
        assert after.sign_ups_30_days == before.sign_ups_30_days + 2


class SubscriptionFiguresContract:
    async def test_subscriptions_are_counted_by_status(self, container: Container) -> None:
        before = await container.subscription_figures().subscriptions()

        for status in ("active", "active", "past_due"):
            organization_id = await stats.organization(container)
            told = billing.subscription(status=status)
            mirrored = Mirrored(organization_id=organization_id, subscription=told, fetched_at=NOW)
            await container.subscriptions().put(mirrored)
        after = await container.subscription_figures().subscriptions()

        assert after["active"] == before.get("active", 0) + 2
        assert after["past_due"] == before.get("past_due", 0) + 1


class FileFiguresContract:
    async def test_files_and_bytes_of_all_organizations_are_added_up(
        self, container: Container
    ) -> None:
        before = await container.file_figures().files()

        for _ in range(2):
            await self.kept(container)
        after = await container.file_figures().files()

        assert (after.files, after.bytes) == (before.files + 2, before.bytes + 20)

    async def kept(self, container: Container) -> None:
        """Have a new organization keep a file of ten bytes."""
        organization_id = await stats.organization(container)
        place = await bucket(container, organization_id=organization_id)
        file = await admitted(container, place)
        await moved(container, file, "verifying", "available")


class EventFiguresContract:
    async def test_events_of_all_organizations_are_counted_in_a_time(
        self, container: Container
    ) -> None:
        begin, end = stats.BEGIN, stats.BEGIN + timedelta(hours=1)
        before = await container.event_figures().events(begin, end)

        for _ in range(2):
            organization_id = await stats.organization(container)
            times = (begin - timedelta(microseconds=1), begin, end - timedelta(microseconds=1), end)
            await container.stats_events().append(
                [stats.event(organization_id, time=time) for time in times]
            )

        assert await container.event_figures().events(begin, end) == before + 4


class WebhookFiguresContract:
    async def test_endpoints_are_counted_and_those_that_are_off(self, container: Container) -> None:
        before = await container.webhook_figures().webhooks()

        for enabled in (True, False):
            organization_id = await stats.organization(container)
            await webhooks.listening(container, organization_id, enabled=enabled)
        after = await container.webhook_figures().webhooks()

        assert (after.endpoints, after.disabled) == (before.endpoints + 2, before.disabled + 1)
