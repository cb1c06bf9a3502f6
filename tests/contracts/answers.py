"""What every adapter must do that keeps what came of reports."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from math import inf
from typing import Any

from bootstrap import Container
from core.models import OrganizationId
from core.stats.answers import Answer
from core.stats.reports import Report
from tests.contracts.reports import report
from tests.contracts.stats import organization
from tests.factories import DAY, NOW

BERLIN = timezone(timedelta(hours=1))
POINT = {"begin": datetime(2026, 11, 1, tzinfo=BERLIN), "end": datetime(2026, 11, 2, tzinfo=UTC)}
META = {"source": "rollup", "tz": "Europe/Berlin", "overflow": True}
RESULTS: tuple[dict[str, Any], ...] = (
    {
        "kind": "trend",
        "series": [
            # Not in an order that a store would choose: the groups are named as they are asked for.
            {
                "dims": {"plan": "ä\u2028", "country": "", "a": "\x00"},
                "points": [POINT | {"value": 0.1}, POINT | {"value": None}],
                "total": inf,
            }
        ],
        "previous": [],
        "meta": META,
    },
    {
        "kind": "meter",
        "series": [{"dims": {}, "points": [], "total": Decimal("12345678901234567890.10")}],
        "meta": META,
    },
    {"kind": "top", "items": [{"key": "ada", "value": inf}], "more": True},
    {
        "kind": "funnel",
        "steps": [{"event": "a", "count": 2**60, "share": 0.3333, "share_of_previous": 1.0}],
    },
    {"kind": "retention", "cohorts": [{"begin": POINT["begin"], "size": 1, "returned": [1, 0]}]},
)


def answer(of: Report, place: int = 2, at: datetime = NOW) -> Answer:
    known = {
        "organization_id": of.organization_id,
        "report_id": of.id,
        "version": of.version,
        "erasures": of.erasures,
        "result": RESULTS[place] | {"begin": NOW - DAY, "end": NOW, "computed_at": at},
    }
    return Answer.model_validate(known)


async def reported(
    container: Container, organization_id: OrganizationId, number: int = 1
) -> list[Report]:
    made = [report(organization_id) for _ in range(number)]
    for one in made:
        await container.reports().add(one, most=99)
    return made


async def told(
    container: Container, reports: Sequence[Report], since: datetime = NOW
) -> list[Answer]:
    found = await container.answers().some(reports[0].organization_id, reports, since)
    return sorted(found, key=lambda one: one.report_id)


class AnswersContract:
    async def test_what_came_of_reports_is_told_as_it_was(self, container: Container) -> None:
        answers, organization_id = container.answers(), await organization(container)
        reports = await reported(container, organization_id, len(RESULTS) + 1)
        counted = [answer(one, place) for place, one in enumerate(reports[:-1])]

        await answers.keep(organization_id, counted[::-1])

        found = await told(container, reports)
        assert found == counted
        [series] = found[0].result.model_dump()["series"]
        assert list(series["dims"]) == ["plan", "country", "a"]
        assert [one.result.model_dump_json() for one in found] == [
            one.result.model_dump_json() for one in counted
        ]
        assert await answers.some(organization_id, [], NOW) == []
        await answers.keep(organization_id, [])
        stranger = await organization(container)
        assert await answers.some(stranger, reports, NOW) == []

    async def test_what_is_older_is_not_told(self, container: Container) -> None:
        answers, organization_id = container.answers(), await organization(container)
        reports = await reported(container, organization_id, 2)
        old, new = answer(reports[0]), answer(reports[1], at=NOW + timedelta(seconds=1))
        await answers.keep(organization_id, [old, new])

        assert await told(container, reports, NOW) == [old, new]
        assert await told(container, reports, NOW + timedelta(microseconds=1)) == [new]

    async def test_of_a_report_the_newest_is_kept(self, container: Container) -> None:
        answers, organization_id = container.answers(), await organization(container)
        [one] = await reported(container, organization_id)
        old, new = answer(one), answer(one, 3, NOW + timedelta(seconds=1))

        for counted in (old, new, old):
            await answers.keep(organization_id, [counted])

        assert await told(container, [one]) == [new]

    async def test_what_was_changed_is_counted_again(self, container: Container) -> None:
        answers, organization_id = container.answers(), await organization(container)
        [one] = await reported(container, organization_id)
        await answers.keep(organization_id, [answer(one, at=NOW + DAY)])
        changed = one.evolve(version=2)
        await container.reports().put(changed)

        assert await told(container, [changed]) == []
        await answers.keep(organization_id, [answer(one)])
        assert await told(container, [changed]) == []
        await answers.keep(organization_id, [answer(changed)])
        assert await told(container, [changed]) == [answer(changed)]
        await answers.keep(organization_id, [answer(one, at=NOW + 2 * DAY)])
        assert await told(container, [changed]) == [answer(changed)]
        assert await told(container, [one]) == []

    async def test_nothing_is_kept_of_what_is_gone_or_of_others(self, container: Container) -> None:
        answers, organization_id = container.answers(), await organization(container)
        gone, left = await reported(container, organization_id, 2)
        stranger = await organization(container)
        await answers.keep(organization_id, [answer(gone), answer(left)])
        await container.reports().remove(organization_id, gone.id)
        assert await told(container, [gone, left]) == [answer(left)]

        await answers.keep(organization_id, [answer(gone, 3), answer(left, 3)])
        assert await told(container, [gone, left]) == [answer(left, 3)]
        later = answer(left, at=NOW + DAY)
        await answers.keep(stranger, [later, later.evolve(organization_id=stranger)])
        assert await told(container, [left]) == [answer(left, 3)]

    async def test_once_somebody_is_erased_nothing_that_was_counted_before_is_kept(
        self, container: Container
    ) -> None:
        answers, organization_id = container.answers(), await organization(container)
        reports = await reported(container, organization_id, 2)
        [other] = await reported(container, await organization(container))
        await answers.keep(organization_id, [answer(reports[0])])
        await answers.keep(other.organization_id, [answer(other)])

        await answers.drop(organization_id)

        assert await told(container, reports) == []
        await answers.keep(organization_id, [answer(one, at=NOW + DAY) for one in reports])
        assert await told(container, reports) == []
        ids = [one.id for one in reports]
        again = await container.reports().some(organization_id, ids)
        assert await told(container, again) == []
        assert [one.version for one in again] == [1, 1]
        await container.reports().put(reports[0].evolve(title="Renamed"))
        again = await container.reports().some(organization_id, ids)
        await answers.keep(organization_id, [answer(one) for one in again])
        assert await told(container, again) == [answer(one) for one in again]
        assert await told(container, [other]) == [answer(other)]

    async def test_what_was_counted_during_an_erasure_is_not_kept(
        self, container: Container
    ) -> None:
        answers, organization_id = container.answers(), await organization(container)
        [one] = await reported(container, organization_id)

        async with container.transaction()():
            await answers.drop(organization_id)
            await container.reports().get(organization_id, one.id)
            keeping = asyncio.create_task(answers.keep(organization_id, [answer(one)]))
            waits, _ = await asyncio.wait({keeping}, timeout=0.3)
            assert waits == set()
        await asyncio.wait_for(keeping, 5)

        found = await container.reports().some(organization_id, [one.id])
        assert await told(container, [one]) == await told(container, found) == []

    async def test_who_keeps_several_at_once_waits_for_nobody_for_good(
        self, container: Container
    ) -> None:
        answers, organization_id = container.answers(), await organization(container)
        reports = await reported(container, organization_id, 24)
        long_ago = datetime(2001, 1, 1, tzinfo=UTC)
        counted = [answer(one, at=long_ago) for one in reports]

        async def erase() -> None:
            async with container.transaction()():
                await container.reports().lock(organization_id)
                await answers.drop(organization_id)

        for _ in range(10):
            orders = [counted[:: (-1) ** n] for n in range(6)]
            await asyncio.gather(*(answers.keep(organization_id, one) for one in orders))
            await asyncio.gather(
                *(answers.keep(organization_id, one) for one in orders),
                *(erase() for _ in range(2)),
                answers.purge(long_ago + DAY),
            )
            found = await container.reports().some(organization_id, [one.id for one in reports])
            counted = [answer(one, at=long_ago) for one in found]

    async def test_what_nobody_can_ask_for_is_forgotten(self, container: Container) -> None:
        answers, organization_id = container.answers(), await organization(container)
        [old] = await reported(container, organization_id)
        [new] = await reported(container, await organization(container))
        long_ago = datetime(2000, 1, 1, tzinfo=UTC)
        await answers.keep(organization_id, [answer(old, at=long_ago)])
        await answers.keep(new.organization_id, [answer(new)])

        assert await answers.purge(long_ago) == 0
        assert await answers.purge(long_ago + timedelta(seconds=1)) == 1

        assert await told(container, [old], long_ago) == []
        assert await told(container, [new]) == [answer(new)]
