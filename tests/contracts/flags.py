"""What every adapter must do that keeps feature flags."""

from datetime import timedelta
from typing import Any

import pytest

from bootstrap import Container
from core.management.flags.exceptions import FlagKeyTaken, TooManyFlags
from core.management.flags.models import Flag, FlagId
from core.models import OrganizationId
from tests.contracts.stats import organization
from tests.factories import NOW, new_id

RULES: list[dict[str, Any]] = [
    {
        "all": [
            {"attr": "country", "op": "in", "value": ["de", 1, 2.5, True, "ä"]},
            {"attr": "plan", "op": "ne", "value": "free"},
        ],
        "serve": "zebra",
    },
    {"all": [], "split": [("zebra", 1000), ("ant", 8000), ("zebra", 1000), ("bee", 0)]},
]
VARIANTS: dict[str, Any] = {"zebra": 2.0, "ant": 1, "bee": 0.1}


def flag(organization_id: OrganizationId, **about: Any) -> Flag:
    known: dict[str, Any] = {
        "id": FlagId(new_id()),
        "organization_id": organization_id,
        "key": f"flag-{new_id()}",
        "type": "bool",
        "variants": {"on": True, "off": False},
        "default": "off",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Flag.model_validate(known | about)


class FlagsContract:
    async def test_a_flag_is_kept_as_it_is(self, container: Container) -> None:
        flags, organization_id = container.flags(), await organization(container)
        stranger = await organization(container)
        deep = {"zz": [1, 2.0, None, {"a": "ä\n"}], "a": {}, "big": 9007199254740991}
        made = [
            flag(organization_id, title="Größe", rules=RULES, variants=VARIANTS, type="number"),
            flag(organization_id, type="object", variants={"x": deep}, default="x", enabled=False),
        ]
        for one in made:
            await flags.add(one, most=9)

        for one in made:
            kept = await flags.get(organization_id, one.key)
            assert kept == one
            assert repr(kept.variants) == repr(one.variants)
            assert kept.rules == one.rules
            assert await flags.get(stranger, one.key) is None
        assert await flags.every(organization_id) == sorted(made, key=lambda one: one.key)
        assert await flags.every(stranger) == []

    async def test_flags_come_page_by_page_the_newest_first(self, container: Container) -> None:
        flags, organization_id = container.flags(), await organization(container)
        made = [flag(organization_id, key=key) for key in ("b_1", "a", "b_2", "B", "b%")]
        for one in [*made, flag(await organization(container), key="b")]:
            await flags.add(one, most=9)

        first = await flags.page(organization_id, limit=3)
        assert first == [made[4], made[3], made[2]]
        rest = await flags.page(organization_id, limit=3, before=first[-1].id)
        assert rest == [made[1], made[0]]
        assert await flags.page(organization_id, limit=9, prefix="b_") == [made[2], made[0]]
        assert await flags.page(organization_id, limit=9, prefix="b%") == [made[4]]
        assert [one.key for one in await flags.every(organization_id)] == [
            *("B", "a", "b%", "b_1", "b_2")
        ]

    async def test_a_key_is_there_once_in_an_organization(self, container: Container) -> None:
        flags, organization_id = container.flags(), await organization(container)
        await flags.add(flag(organization_id, key="a"), most=9)

        async with container.transaction()():
            with pytest.raises(FlagKeyTaken):
                await flags.add(flag(organization_id, key="a"), most=9)
            assert len(await flags.every(organization_id)) == 1
        await flags.add(flag(await organization(container), key="a"), most=9)

    async def test_there_are_so_many_flags_and_no_more(self, container: Container) -> None:
        flags, organization_id = container.flags(), await organization(container)
        await flags.add(flag(organization_id), most=1)

        with pytest.raises(TooManyFlags):
            await flags.add(flag(organization_id), most=1)

    async def test_a_flag_is_changed_and_forgotten(self, container: Container) -> None:
        flags, organization_id = container.flags(), await organization(container)
        made, stranger = flag(organization_id), await organization(container)
        await flags.add(made, most=9)
        assert await flags.every(organization_id) == [made]
        changed = made.evolve(
            title="B",
            variants={"on": True},
            enabled=False,
            rules=RULES,
            default="on",
            version=2,
            updated_at=NOW + timedelta(days=1),
        )

        await flags.put(changed)
        assert await flags.get(organization_id, made.key) == changed
        assert await flags.every(organization_id) == [changed]
        await flags.put(flag(stranger, id=made.id, key=made.key))
        assert not await flags.remove(stranger, made.id)
        assert await flags.every(organization_id) == [changed]
        assert await flags.remove(organization_id, made.id)
        assert not await flags.remove(organization_id, made.id)
        await flags.put(changed)
        assert await flags.every(organization_id) == []
        assert await flags.get(organization_id, made.key) is None

    async def test_what_was_undone_is_not_remembered(self, container: Container) -> None:
        flags, organization_id = container.flags(), await organization(container)
        made = flag(organization_id)
        await flags.add(made, most=9)
        later = {"version": 2, "updated_at": NOW + timedelta(days=1)}

        with pytest.raises(ZeroDivisionError):
            async with container.transaction()():
                await flags.lock(organization_id)
                await flags.put(made.evolve(title="undone", **later))
                assert [one.title for one in await flags.every(organization_id)] == ["undone"]
                raise ZeroDivisionError
        assert await flags.every(organization_id) == [made]
        await flags.put(made.evolve(title="done", **later))
        assert [one.title for one in await flags.every(organization_id)] == ["done"]
