"""What a definition would change, and which records are in its way."""

from collections.abc import Sequence

from core.exceptions import FieldError
from core.management.collections import changes, constants, exceptions, policies, ports, values
from core.management.collections.models import Collection, Definition
from core.management.collections.schemas import Plan, Violation
from core.models import Model
from core.ports import Clock
from core.service import Collaborator


class Planned(Model):
    """A step: what there is, what is wanted instead, and what that means."""

    before: Collection | None
    definition: Definition | None
    plan: Plan


class Planning(Collaborator):
    """Compares definitions, and looks at records where it matters."""

    contents: ports.Contents
    clock: Clock

    async def __call__(self, before: Collection | None, definition: Definition) -> Planned:
        found = changes.changes(before, definition)
        effects = changes.effects(found)
        plan = Plan(
            key=definition.key,
            action="create" if before is None else "update" if found else "none",
            changes=found,
            migrates=bool(effects & {"rewrites", "destroys"}),
            destroys="destroys" in effects,
        )
        if before is not None and effects & {"checks", "rewrites"}:
            after = policies.redefined(before, definition, self.clock.now())
            plan = await self._looked(before, after, plan, changes.touched(found))
        return Planned(before=before, definition=definition, plan=plan)

    async def _looked(
        self, before: Collection, after: Collection, plan: Plan, touched: frozenset[str]
    ) -> Plan:
        """Look at records one after another, until enough of them are in the way."""
        taken: set[tuple[object, ...]] = set()
        violations, last, looked_at, more = list[Violation](), None, 0, True
        while more and looked_at < constants.SCANNED and len(violations) < constants.VIOLATIONS:
            page = await self.contents.page(before, after=last, limit=constants.BATCH)
            for one in page:
                if one.live:
                    violations += _violations(after, one, touched, taken)
            looked_at, more = looked_at + len(page), len(page) == constants.BATCH
            last = page[-1] if page else None
        return plan.evolve(
            violations=violations[: constants.VIOLATIONS], looked_at=looked_at, complete=not more
        )


def _violations(
    after: Collection,
    content: ports.Content,
    touched: frozenset[str],
    taken: set[tuple[object, ...]],
) -> list[Violation]:
    """Say what of a record is in the way, and take what is unique for it."""
    data, errors = values.renewed(after, content.data)
    pointers = {values.pointer(key) for key in touched}
    wrong = [one for one in errors if one.pointer in pointers]
    for _, field in after.declared:
        if field.unique and field.key in touched and field.key in data:
            place = (content.organization_id, field.key, field.entry(data[field.key]).text)
            if place in taken:
                detail = "Another record has the same."
                wrong.append(FieldError(values.pointer(field.key), "duplicate", detail))
            taken.add(place)
    return [
        Violation(
            organization_id=content.organization_id,
            record_id=content.id,
            pointer=one.pointer,
            code=one.code,
            detail=one.detail,
        )
        for one in wrong
    ]


def refuse_violations(planned: Sequence[Planned]) -> None:
    """Raise RecordsViolate where records are in the way of anything that is planned."""
    errors = [
        FieldError(
            f"#/collections/{step.plan.key}{one.pointer[1:]}",
            one.code,
            f"Record {one.record_id}: {one.detail}",
        )
        for step in planned
        for one in step.plan.violations
    ]
    if errors:
        raise exceptions.RecordsViolate(errors=errors)


def deletion(before: Collection) -> Planned:
    """Return the step that deletes a collection."""
    told = changes.Change(
        kind="collection_deleted", effect="destroys", detail=f"{before.title}, with its records"
    )
    plan = Plan(key=before.key, action="delete", changes=[told], destroys=True)
    return Planned(before=before, definition=None, plan=plan)
