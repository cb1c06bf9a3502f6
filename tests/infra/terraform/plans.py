"""A plan, as `terraform show -json` tells it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

ONE_SHOT = "terraform_data"


@dataclass(frozen=True)
class Resource:
    """What will be there."""

    address: str
    type: str
    key: str
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def document(self, name: str) -> Any:
        """Read an attribute that is JSON; nothing if it is not known before it is there."""
        text = self.values.get(name)
        return json.loads(text) if text else None


@dataclass(frozen=True)
class Container:
    """A container of a task."""

    task: str
    address: str
    values: dict[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        return {one["name"]: one["value"] for one in self.values.get("environment", [])}

    @property
    def secrets(self) -> dict[str, str]:
        return {one["name"]: one["valueFrom"] for one in self.values.get("secrets", [])}


class Plan:
    """A plan whose every value is known."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    @cached_property
    def resources(self) -> list[Resource]:
        return [
            Resource(
                one["address"], one["type"], str(one.get("index", "")), one.get("values") or {}
            )
            for module in _modules(self._document["planned_values"]["root_module"])
            for one in module.get("resources", [])
            if one["mode"] == "managed"
        ]

    def of(self, *types: str) -> list[Resource]:
        return [one for one in self.resources if one.type in types]

    def only(self, kind: str) -> Resource:
        (found,) = self.of(kind)
        return found

    @cached_property
    def containers(self) -> list[Container]:
        return [
            Container(task.key, task.address, values)
            for task in self.of("aws_ecs_task_definition")
            for values in task.document("container_definitions")
        ]

    def container(self, task: str) -> Container:
        """Return the container that a task is there for."""
        return next(one for one in self.containers if one.task == task == one.values["name"])

    @cached_property
    def configured(self) -> dict[str, dict[str, Any]]:
        """What is said about resources, by their addresses within the module they are in."""
        return {
            one["address"]: one
            for module in _called(self._document["configuration"]["root_module"])
            for one in module.get("resources", [])
        }

    @property
    def outputs(self) -> set[str]:
        return set(self._document["planned_values"].get("outputs", {}))


def _modules(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield module
    for child in module.get("child_modules", []):
        yield from _modules(child)


def _called(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield module
    for call in module.get("module_calls", {}).values():
        yield from _called(call["module"])
