"""The AWS provider's schema, out of the bindings that were generated from it.

The provider itself is 700 MB and comes from a registry of its own. Its bindings for another tool
are a package like any other, and hold in their source maps what they were made from: which
attributes and blocks a resource has, of which types, and what is required or computed. What it
does not hold is what the provider checks in code: which values a text may have, and what conflicts.
"""

import base64
import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

type Schema = dict[str, Any]
"""As `terraform providers schema -json` shows it."""

PRIMITIVES: Final = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
COLLECTIONS: Final = ("list", "set", "map")
GETTERS: Final = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
}
ROOTS: Final = ("TerraformResource", "TerraformDataSource", "TerraformProvider")

CLASS = re.compile(
    r"^export class (\w+) extends cdktf\.(\w+) \{\n(.*?)^\}(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
WRITER = re.compile(
    r"^export function (\w+)ToHclTerraform\(struct\?.*?\): any \{\n(.*?)^\}\n",
    re.DOTALL | re.MULTILINE,
)
WRITTEN = re.compile(
    r'^ +"?(?P<name>\w+)"?: \{\n +value: .*?,\n +isBlock: (?P<block>true|false),\n'
    r' +type: "(?P<kind>\w+)",\n +storageClassType: "(?P<storage>\w+)",',
    re.MULTILINE,
)
FIELD = re.compile(
    r"// (?P<name>[a-z0-9_]+) - computed: (?P<computed>true|false), "
    r"optional: (?P<optional>true|false), required: (?P<required>true|false)\n"
    r"(?= *(?P<declared>.*\n.*)\n)"
)


class Written(NamedTuple):
    """How an attribute is written down."""

    is_block: bool
    kind: str
    storage: str


class Unreadable(Exception):
    """The bindings are not as they were when this was written."""


def extracted(package: Path, types: Iterable[str]) -> Schema:
    """Return the schema of the resources, and data sources, that are named `data.aws_...`."""
    wanted = {_folder(name): name for name in types} | {"provider": "provider"}
    schema: Schema = {"provider": {}, "resource_schemas": {}, "data_source_schemas": {}}
    for folder, source in _sources(package, wanted):
        name = wanted.pop(folder)
        if name == "provider":
            schema["provider"] = Bindings(source).provider()
        elif name.startswith("data."):
            schema["data_source_schemas"][name.removeprefix("data.")] = Bindings(source).root()
        else:
            schema["resource_schemas"][name] = Bindings(source).root()
    if wanted:
        raise Unreadable(f"The provider has no {', '.join(sorted(wanted.values()))}.")
    return schema


def _folder(name: str) -> str:
    prefix = "data-aws-" if name.startswith("data.") else ""
    return prefix + name.removeprefix("data.").removeprefix("aws_").replace("_", "-")


def _sources(package: Path, wanted: dict[str, str]) -> Iterator[tuple[str, str]]:
    with tarfile.open(package) as archive:
        for member in archive:
            found = re.fullmatch(r"package/lib/([a-z0-9-]+)/index\.js", member.name)
            file = archive.extractfile(member) if found and found[1] in wanted else None
            if not found or file is None:
                continue
            mapped = re.search(r"sourceMappingURL=data:\S+?;base64,(\S+)", file.read().decode())
            if mapped is None:
                raise Unreadable(f"{member.name} has no source map.")
            whole: dict[str, list[str]] = json.loads(base64.b64decode(mapped[1]))
            yield found[1], whole["sourcesContent"][0]


class Bindings:
    """One generated file: a resource, a data source or the provider, and the blocks inside."""

    def __init__(self, source: str) -> None:
        self._classes = {name: (base, body) for name, base, body in CLASS.findall(source)}
        self._writers = {name.lower(): _written(body) for name, body in WRITER.findall(source)}

    def root(self) -> Schema:
        return self._block(self._root())

    def provider(self) -> Schema:
        """Return the provider's own block: all of it may be left out."""
        return self._written_block(self._of(self._root()))

    def _root(self) -> str:
        return next(str(name) for name, (base, _) in self._classes.items() if base in ROOTS)

    def _of(self, name: str) -> dict[str, Written]:
        base, body = self._classes[name]
        if base in ROOTS:
            _, _, body = body.partition("synthesizeHclAttributes")
            return _written(body)
        return self._writers.get(name.removesuffix("OutputReference").lower(), {})

    def _written_block(self, written: dict[str, Written]) -> Schema:
        block: Schema = {"attributes": {}, "block_types": {}}
        for name, one in written.items():
            if one.is_block:
                inner = self._writers.get(re.sub("(List|Map)$", "", one.storage).lower(), {})
                nested = {"nesting_mode": _nesting(one.kind), "block": self._written_block(inner)}
                block["block_types"][name] = nested
            elif name != "alias":  # Terraform's own
                block["attributes"][name] = {"type": _type(one), "optional": True}
        return block

    def _block(self, name: str) -> Schema:
        written = self._of(name)
        block: Schema = {"attributes": {}, "block_types": {}}
        for field in FIELD.finditer(self._classes[name][1]):
            nested = self._nested(field)
            if nested:
                self._add_nested(block, field, nested, written.get(field["name"]))
            elif kind := _plain(field, written.get(field["name"])):
                block["attributes"][field["name"]] = {"type": kind, **_flags(field)}
        return block

    def _nested(self, field: re.Match[str]) -> re.Match[str] | None:
        """Tell of which class a field is, if that is one of the file's own."""
        name = re.escape(field["name"])
        made = re.search(
            rf"new (\w+)\(this, [\"']{name}[\"'](?:, (true|false))?\)", field["declared"]
        )
        return made if made and made[1] in self._classes else None

    def _add_nested(
        self, block: Schema, field: re.Match[str], made: re.Match[str], written: Written | None
    ) -> None:
        single = made[1].endswith("OutputReference")
        inner = made[1] if single else re.sub("(List|Map)$", "", made[1]) + "OutputReference"
        kind = written.kind if written else ("set" if made[2] == "true" else "list")
        nested = self._block(inner)
        if field["computed"] == "true" or kind == "map":
            collection = kind if kind in COLLECTIONS else "list"
            flags = _flags(field)
            block["attributes"][field["name"]] = {"type": [collection, _object(nested)], **flags}
            return
        mode = "single" if kind == "struct" else _nesting(kind)
        entry: Schema = {"nesting_mode": mode, "block": _storable(nested, mode)}
        if mode != "single":
            entry |= {"min_items": int(field["required"] == "true"), "max_items": int(single)}
        block["block_types"][field["name"]] = entry


def _written(body: str) -> dict[str, Written]:
    return {
        one["name"]: Written(one["block"] == "true", one["kind"], one["storage"])
        for one in WRITTEN.finditer(body)
    }


def _nesting(kind: str) -> str:
    return kind if kind in COLLECTIONS else "list"


def _flags(field: re.Match[str]) -> dict[str, bool]:
    return {name: True for name in ("computed", "optional", "required") if field[name] == "true"}


def _storable(block: Schema, mode: str) -> Schema:
    """Leave out what may be anything, where Terraform must be able to compare: in sets."""
    if mode == "set":
        kept = {k: v for k, v in block["attributes"].items() if v["type"] != "dynamic"}
        return block | {"attributes": kept}
    return block


def _object(block: Schema) -> list[Any]:
    inside = {name: one["type"] for name, one in block["attributes"].items()}
    for name, one in block["block_types"].items():
        mode = one["nesting_mode"]
        inside[name] = ["list" if mode == "single" else mode, _object(one["block"])]
    return ["object", inside]


def _type(one: Written) -> Any:
    """Read a type off how it is stored: string, numberList, stringListMap..."""
    if one.storage in PRIMITIVES:
        return PRIMITIVES[one.storage]
    found = re.fullmatch(r"(string|number|boolean|any)(List|Map|Set)(List|Map)?", one.storage)
    if found is None:
        raise Unreadable(f"What is {one.storage}?")
    outer = one.kind if one.kind in COLLECTIONS else (found[3] or found[2]).lower()
    inner: Any = PRIMITIVES[found[1]]
    return [outer, [found[2].lower(), inner] if found[3] else inner]


def _plain(field: re.Match[str], written: Written | None) -> Any:
    if written and not written.is_block:
        return _type(written)
    text = field["declared"]
    for getter, kind in GETTERS.items():
        if getter in text:
            return kind
    if mapped := re.search(r"cdktf\.(String|Number|Boolean|Any)Map(List)?\b", text):
        inner = ["map", PRIMITIVES[mapped[1].lower()]]
        return ["list", inner] if mapped[2] else inner
    if listed := re.search(r"get(Number)?ListAttribute", text):
        return ["set" if "Fn.tolist" in text else "list", "number" if listed[1] else "string"]
    if "interpolationForAttribute" in text:
        return "dynamic"
    raise Unreadable(f"What is {field['name']}? {text}")
