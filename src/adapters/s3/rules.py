import json
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, NamedTuple, override

from botocore.exceptions import ClientError

from adapters.s3.client import Bucket
from core.storage import ports
from core.storage.models import StoreRule

type State = Literal["kept", "missing", "impossible", "unknown"]

OURS: Final = "core-api"
TLS_ONLY: Final = "CoreApiTlsOnly"
METHODS: Final = ("GET", "HEAD", "PUT")
EXPOSED: Final = ("ETag", "x-amz-checksum-sha256")
PREFLIGHT_KEPT: Final = 3600
NOT_PUBLIC: Final = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
STATES: Final[dict[str, State]] = {
    "NotImplemented": "impossible",
    "MethodNotAllowed": "impossible",
    "AccessDenied": "unknown",
    "NoSuchCORSConfiguration": "missing",
    "NoSuchLifecycleConfiguration": "missing",
    "NoSuchPublicAccessBlockConfiguration": "missing",
    "OwnershipControlsNotFoundError": "missing",
    "NoSuchBucketPolicy": "missing",
}


class Rule(NamedTuple):
    """How a rule is looked up, and told."""

    name: str
    means: str
    kept: Callable[[], bool]
    tell: Callable[[], None]


class BucketRules(ports.StoreRules):
    """The rules of an S3 bucket. Those of others in it stay: ours go by their names.

    `origins` are those of browsers that send and fetch files themselves.
    """

    def __init__(self, bucket: Bucket, origins: Sequence[str]) -> None:
        self._bucket, self._client = bucket, bucket.client
        self._origins = list(origins)

    @override
    async def all(self) -> list[StoreRule]:
        return [
            StoreRule(
                name=rule.name, state=await self._bucket.run(_state, rule.kept), means=rule.means
            )
            for rule in self.rules()
        ]

    @override
    async def apply(self) -> list[StoreRule]:
        for rule in self.rules():
            await self._bucket.run(_state, rule.tell)
        return await self.all()

    def rules(self) -> list[Rule]:
        """Return what makes sense here: without TLS, asking for it locks us out."""
        rules = [
            Rule("cors", "browsers of your origins alone send files", self._cors, self._tell_cors),
            Rule(
                "abandoned_parts",
                "parts that nobody completes go after a day",
                self._lifecycle,
                self._tell_lifecycle,
            ),
            Rule("public_access", "nobody makes files public here", self._blocked, self._block),
            Rule("ownership", "every file is the bucket owner's", self._owned, self._own),
        ]
        if not (self._bucket.config.endpoint_url or "").startswith("http:"):
            rules.append(
                Rule("tls_only", "nobody is answered without TLS", self._secured, self._secure)
            )
        return rules

    # --- Whom browsers' pages may belong to -------------------------------------------------------

    def _cors_rules(self) -> list[Any]:
        return _or_none(lambda: self._client.get_bucket_cors(Bucket=self._bucket.name)["CORSRules"])

    def _cors(self) -> bool:
        allowed = [
            origin
            for rule in self._cors_rules()
            if set(METHODS) <= set(rule["AllowedMethods"])
            for origin in rule["AllowedOrigins"]
        ]
        return set(self._origins) <= set(allowed) and "*" not in allowed

    def _tell_cors(self) -> None:
        rules = [rule for rule in self._cors_rules() if not _is_our_cors(rule)]
        if self._origins:
            rules.append(
                {
                    "ID": OURS,
                    "AllowedOrigins": self._origins,
                    "AllowedMethods": list(METHODS),
                    "AllowedHeaders": ["*"],
                    "ExposeHeaders": list(EXPOSED),
                    "MaxAgeSeconds": PREFLIGHT_KEPT,
                }
            )
        if rules:
            self._client.put_bucket_cors(
                Bucket=self._bucket.name, CORSConfiguration={"CORSRules": rules}
            )
        else:
            self._client.delete_bucket_cors(Bucket=self._bucket.name)

    # --- What becomes of parts --------------------------------------------------------------------

    def _lifecycle_rules(self) -> list[Any]:
        return _or_none(
            lambda: self._client.get_bucket_lifecycle_configuration(Bucket=self._bucket.name)[
                "Rules"
            ]
        )

    def _lifecycle(self) -> bool:
        return any(
            rule["Status"] == "Enabled"
            and "AbortIncompleteMultipartUpload" in rule
            and self._bucket.at("o/").startswith(rule.get("Filter", {}).get("Prefix", ""))
            for rule in self._lifecycle_rules()
        )

    def _tell_lifecycle(self) -> None:
        rules = [rule for rule in self._lifecycle_rules() if rule.get("ID") != OURS]
        ours: Any = {
            "ID": OURS,
            "Status": "Enabled",
            "Filter": {"Prefix": self._bucket.at("o/")},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        }
        self._client.put_bucket_lifecycle_configuration(
            Bucket=self._bucket.name, LifecycleConfiguration={"Rules": [*rules, ours]}
        )

    # --- Who owns what, and who sees it -----------------------------------------------------------

    def _blocked(self) -> bool:
        found = self._client.get_public_access_block(Bucket=self._bucket.name)
        return found["PublicAccessBlockConfiguration"] == NOT_PUBLIC

    def _block(self) -> None:
        block: Any = NOT_PUBLIC
        self._client.put_public_access_block(
            Bucket=self._bucket.name, PublicAccessBlockConfiguration=block
        )

    def _owned(self) -> bool:
        found = self._client.get_bucket_ownership_controls(Bucket=self._bucket.name)
        rules = found["OwnershipControls"]["Rules"]
        return any(rule["ObjectOwnership"] == "BucketOwnerEnforced" for rule in rules)

    def _own(self) -> None:
        self._client.put_bucket_ownership_controls(
            Bucket=self._bucket.name,
            OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        )

    # --- How they are asked -----------------------------------------------------------------------

    def _statements(self) -> list[Any]:
        def found() -> list[Any]:
            policy = self._client.get_bucket_policy(Bucket=self._bucket.name)["Policy"]
            statements = json.loads(policy)["Statement"]
            return statements if isinstance(statements, list) else [statements]

        return _or_none(found)

    def _secured(self) -> bool:
        return self._tls_only() in self._statements()

    def _secure(self) -> None:
        others = [one for one in self._statements() if one.get("Sid") != TLS_ONLY]
        policy = {"Version": "2012-10-17", "Statement": [*others, self._tls_only()]}
        self._client.put_bucket_policy(Bucket=self._bucket.name, Policy=json.dumps(policy))

    def _tls_only(self) -> dict[str, Any]:
        bucket = f"arn:aws:s3:::{self._bucket.name}"
        return {
            "Sid": TLS_ONLY,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket, f"{bucket}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }


def _is_our_cors(rule: Any) -> bool:
    """Some stores forget what a rule is called: ours is also known by what it exposes."""
    return rule.get("ID") == OURS or tuple(rule.get("ExposeHeaders", ())) == EXPOSED


def _or_none(rules: Callable[[], list[Any]]) -> list[Any]:
    """Return the rules there are; none if the bucket was never told any."""
    try:
        return rules()
    except ClientError as error:
        if STATES.get(_code(error)) != "missing":
            raise
        return []


def _state(look: Callable[[], object]) -> State:
    """Look at a rule, or set it. That a store has no such thing, or keeps it to itself, is fine."""
    try:
        return "missing" if look() is False else "kept"
    except ClientError as error:
        state = STATES.get(_code(error))
        if state is None:
            raise
        return state


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
