"""Stands in for the AWS provider: real Terraform asks it over the plugin protocol, version 6.

    python provider.py SCHEMA SOCKET [--known]

It knows the real one's schema, and so what a configuration may say. It can plan and can't apply.
What only AWS would tell is unknown in its plans, as it is in real ones; with --known it is made up,
so that policies which name other resources can be read. Run by the Python of tools/terraform.lock.
"""

import json
import sys
from collections.abc import Callable
from concurrent import futures
from pathlib import Path
from typing import Any, Final

import grpc
import msgpack
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

UNKNOWN: Final = msgpack.ExtType(0, b"\x00")
ACCOUNT: Final = "123456789012"
REGION: Final = "eu-central-1"
TOLD: Final[dict[str, dict[str, Any]]] = {
    "aws_availability_zones": {"names": [f"{REGION}{zone}" for zone in "abc"]},
    "aws_caller_identity": {"account_id": ACCOUNT},
    "aws_partition": {"partition": "aws"},
    "aws_region": {"region": REGION},
}
NAMES: Final = ("name", "family", "identifier", "name_prefix", "bucket_prefix", "alarm_name")
NESTING: Final = {
    "list": pb.Schema.NestedBlock.LIST,
    "map": pb.Schema.NestedBlock.MAP,
    "set": pb.Schema.NestedBlock.SET,
    "single": pb.Schema.NestedBlock.SINGLE,
}

type Filler = Callable[[str, Any], Any]
"""Returns what an attribute of a type is, when nobody said so."""


def made_up(resource: str, config: dict[str, Any]) -> Filler:
    """Make up what AWS would tell, such that one can see whose it is."""
    name = next((config[key] for key in NAMES if isinstance(config.get(key), str)), "this")

    def value(attribute: str, kind: Any) -> Any:
        if kind == "string":
            if attribute.endswith("arn"):
                return f"arn:aws:stub:{REGION}:{ACCOUNT}:{resource}/{name}"
            return f"{resource}-{name}-{attribute}"
        if isinstance(kind, str):
            return {"number": 0, "bool": False}.get(kind)
        collection, inner = kind
        if collection == "object":
            return {key: value(key, one) for key, one in inner.items()}
        return [value(attribute, inner)] if isinstance(inner, list) else _empty(collection)

    return value


def _empty(collection: str) -> Any:
    return {} if collection == "map" else []


def filled(block: dict[str, Any], value: Any, told: Filler) -> Any:
    """Add what is computed and was not said, in a block and those inside it."""
    if value is None or isinstance(value, msgpack.ExtType):
        return value
    for name, one in block["attributes"].items():
        if one.get("computed") and value.get(name) is None:
            value[name] = told(name, one["type"])
    for name, one in block["block_types"].items():
        inside = value.get(name)
        if isinstance(inside, list):
            value[name] = [filled(one["block"], item, told) for item in inside]
        elif isinstance(inside, dict) and one["nesting_mode"] == "single":
            value[name] = filled(one["block"], inside, told)
    return value


def presumed(block: dict[str, Any], config: Any) -> list[str]:
    """Name what a configuration says though AWS alone decides it. Terraform leaves that to us."""
    return [
        name
        for name, one in block["attributes"].items()
        if one.get("computed") and not one.get("optional") and config.get(name) is not None
    ]


def described(block: dict[str, Any]) -> Any:
    return pb.Schema.Block(
        attributes=[
            pb.Schema.Attribute(
                name=name,
                type=json.dumps(one["type"]).encode(),
                **{flag: one.get(flag, False) for flag in ("required", "optional", "computed")},
            )
            for name, one in sorted(block["attributes"].items())
        ],
        block_types=[
            pb.Schema.NestedBlock(
                type_name=name,
                block=described(one["block"]),
                nesting=NESTING[one["nesting_mode"]],
                min_items=one.get("min_items", 0),
                max_items=one.get("max_items", 0),
            )
            for name, one in sorted(block["block_types"].items())
        ],
    )


def loaded(value: Any) -> Any:
    return msgpack.unpackb(value.msgpack, strict_map_key=False) if value.msgpack else None


def dumped(value: Any) -> Any:
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def schemas(blocks: dict[str, Any]) -> dict[str, Any]:
    return {name: pb.Schema(version=0, block=described(block)) for name, block in blocks.items()}


class Provider(rpc.ProviderServicer):  # type: ignore[misc] # its library has no types
    """The methods are called as the protocol calls them."""

    def __init__(self, schema: dict[str, Any], *, known: bool) -> None:
        self._provider = schema["provider"]
        self._resources = schema["resource_schemas"]
        self._data = schema["data_source_schemas"]
        self._known = known

    def GetMetadata(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.GetMetadata.Response(
            resources=[pb.GetMetadata.ResourceMetadata(type_name=name) for name in self._resources],
            data_sources=[pb.GetMetadata.DataSourceMetadata(type_name=name) for name in self._data],
        )

    def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.GetProviderSchema.Response(
            provider=pb.Schema(version=0, block=described(self._provider)),
            resource_schemas=schemas(self._resources),
            data_source_schemas=schemas(self._data),
        )

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        said = presumed(self._resources[request.type_name], loaded(request.config))
        return pb.ValidateResourceConfig.Response(
            diagnostics=[
                pb.Diagnostic(
                    severity=pb.Diagnostic.ERROR,
                    summary=f"{request.type_name}.{name} is for AWS to decide",
                )
                for name in said
            ]
        )

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.ConfigureProvider.Response()

    def GetFunctions(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.GetFunctions.Response()

    def StopProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.StopProvider.Response()

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        proposed = loaded(request.proposed_new_state)
        told = made_up(request.type_name, proposed or {}) if self._known else _unknown
        return pb.PlanResourceChange.Response(
            planned_state=dumped(filled(self._resources[request.type_name], proposed, told))
        )

    def ReadDataSource(self, request: Any, context: Any) -> Any:  # noqa: N802
        config = loaded(request.config) | TOLD.get(request.type_name, {})
        told = made_up(f"data.{request.type_name}", config)
        return pb.ReadDataSource.Response(
            state=dumped(filled(self._data[request.type_name], config, told))
        )


def _unknown(attribute: str, kind: Any) -> Any:
    del attribute, kind
    return UNKNOWN


def main() -> None:
    schema, socket, *options = sys.argv[1:]
    unlimited = ("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)
    server = grpc.server(futures.ThreadPoolExecutor(4), options=unlimited)
    provider = Provider(json.loads(Path(schema).read_text()), known="--known" in options)
    rpc.add_ProviderServicer_to_server(provider, server)
    server.add_insecure_port(f"unix://{socket}")
    server.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
