"""What must hold of every plan, whatever else is changed: each rule yields what breaks it."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from pydantic import SecretStr

from settings import Settings
from tests.infra.terraform.plans import Plan, Resource

type Rule = Callable[[Plan], Iterator[str]]

UNBOUNDED: Final = {
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
    "ecs:RegisterTaskDefinition",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
"""Actions that AWS lets nobody limit to some resources. Registering a task starts nothing: which
tasks may run, and with which roles, is limited where they are run and where roles are passed."""

POLICIES: Final = {
    "aws_iam_role_policy": "policy",
    "aws_ecr_repository_policy": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_sns_topic_policy": "policy",
}
"""Where permissions are written. The policy of a key names that key alone, as `*`."""

CREDENTIALS: Final = re.compile(r"://[^/@\s]*:[^/@\s]+@")
SECRETS: Final = {
    f"CORE_{name.upper()}"
    for name, field in Settings.model_fields.items()
    if SecretStr.__name__ in str(field.annotation)
}
"""Settings of the service that hold secrets."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(resource: Resource) -> Iterator[tuple[list[str], list[str]]]:
    """Yield what a policy allows: actions, and upon what."""
    document = resource.document(POLICIES[resource.type]) or {"Statement": []}
    for statement in listed(document["Statement"]):
        if statement["Effect"] == "Allow":
            yield listed(statement["Action"]), listed(statement["Resource"])


def permissions_are_narrow(plan: Plan) -> Iterator[str]:
    for resource in plan.of(*POLICIES):
        for actions, resources in allowed(resource):
            if wide := [action for action in actions if "*" in action]:
                yield f"{resource.address} allows {wide}"
            if "*" in resources and (wide := sorted(set(actions) - UNBOUNDED)):
                yield f"{resource.address} allows {wide} on everything"
    for one in plan.of("aws_iam_role_policy_attachment"):
        if not one["policy_arn"].endswith("/AmazonEC2ContainerServiceforEC2Role"):
            yield f"{one.address} attaches {one['policy_arn']}"


def files_are_in_one_bucket(plan: Plan) -> Iterator[str]:
    bucket = plan.only("aws_s3_bucket")["arn"]
    for resource in plan.of("aws_iam_role_policy"):
        for actions, resources in allowed(resource):
            if any(action.startswith("s3:") for action in actions):
                beyond = [one for one in resources if one not in {bucket, f"{bucket}/*"}]
                yield from (f"{resource.address} reaches {one}" for one in beyond)


def what_rests_is_encrypted(plan: Plan) -> Iterator[str]:
    for one in plan.of("aws_db_instance"):
        if not one["storage_encrypted"]:
            yield f"{one.address} is not encrypted"
    for one in plan.of("aws_launch_template"):
        if not all(disk["ebs"][0]["encrypted"] == "true" for disk in one["block_device_mappings"]):
            yield f"{one.address} has a disk that is not encrypted"
    if not plan.of("aws_s3_bucket_server_side_encryption_configuration"):
        yield "the bucket is not encrypted"
    for one in plan.of("aws_sns_topic"):
        if not one["kms_master_key_id"]:
            yield f"{one.address} is not encrypted"


def what_moves_is_encrypted(plan: Plan) -> Iterator[str]:
    for one in plan.of("aws_lb_listener"):
        action = one["default_action"][0]
        if one["protocol"] == "HTTPS":
            if not one["ssl_policy"].startswith("ELBSecurityPolicy-TLS13-"):
                yield f"{one.address} speaks old TLS"
        elif action["type"] != "redirect" or action["redirect"][0]["protocol"] != "HTTPS":
            yield f"{one.address} answers without TLS"
    for one in plan.of("aws_db_parameter_group"):
        if {"rds.force_ssl": "1"}.items() - {
            p["name"]: p["value"] for p in one["parameter"]
        }.items():
            yield f"{one.address} lets clients in without TLS"
    for one in plan.of("aws_s3_bucket_policy"):
        denied = [s for s in one.document("policy")["Statement"] if s["Effect"] == "Deny"]
        if {"Bool": {"aws:SecureTransport": "false"}} not in [s["Condition"] for s in denied]:
            yield f"{one.address} answers without TLS"


def data_is_kept(plan: Plan) -> Iterator[str]:
    """In each environment; more of it in production."""
    for one in plan.of("aws_db_instance"):
        if (one["backup_retention_period"] or 0) < 14:
            yield f"{one.address} keeps backups for less than 14 days"
    for one in plan.of("aws_s3_bucket_versioning"):
        if one["versioning_configuration"][0]["status"] != "Enabled":
            yield f"{one.address} is off"


def production_is_protected(plan: Plan) -> Iterator[str]:
    """Nothing that holds data goes by mistake, and a zone may fail."""
    for one in plan.of("aws_db_instance"):
        if not (one["deletion_protection"] and one["multi_az"] and not one["skip_final_snapshot"]):
            yield f"{one.address} can be lost"
    for one in plan.of("aws_lb"):
        if not one["enable_deletion_protection"]:
            yield f"{one.address} can be deleted"
    for one in plan.of("aws_s3_bucket", "aws_ecr_repository"):
        if one["force_destroy"] or one["force_delete"]:
            yield f"{one.address} can be deleted with what is in it"
    if len(plan.of("aws_nat_gateway")) < len(plan.of("aws_subnet")) / 3:
        yield "a zone has no NAT gateway of its own"


def nothing_is_public_but_the_balancer(plan: Plan) -> Iterator[str]:
    for one in plan.of("aws_vpc_security_group_ingress_rule"):
        if one["cidr_ipv4"] and not re.search(r"\.public\[\"(80|443)\"\]$", one.address):
            yield f"{one.address} lets {one['cidr_ipv4']} in"
    for one in plan.of("aws_db_instance"):
        if one["publicly_accessible"]:
            yield f"{one.address} is public"
    blocks = ("block_public_acls", "block_public_policy", "ignore_public_acls")
    for one in plan.of("aws_s3_bucket_public_access_block"):
        if not all(one[name] for name in (*blocks, "restrict_public_buckets")):
            yield f"{one.address} lets files be public"
    for one in plan.of("aws_ecs_service"):
        if one["network_configuration"][0]["assign_public_ip"]:
            yield f"{one.address} has public addresses"


def machines_want_imdsv2(plan: Plan) -> Iterator[str]:
    for one in plan.of("aws_launch_template"):
        options = one["metadata_options"][0]
        if options["http_tokens"] != "required" or options["http_put_response_hop_limit"] != 1:
            yield f"{one.address} hands credentials to whoever asks"


def containers_are_confined(plan: Plan) -> Iterator[str]:
    for one in plan.containers:
        name, values = f"{one.address} {one.values['name']}", one.values
        if not values.get("readonlyRootFilesystem"):
            yield f"{name} may write to its root"
        if values.get("user", "0").split(":")[0] in {"0", "root"}:
            yield f"{name} is root"
        if values.get("privileged") or values["linuxParameters"]["capabilities"] != {
            "drop": ["ALL"]
        }:
            yield f"{name} has capabilities"
        if "@sha256:" not in values["image"]:
            yield f"{name} runs whatever a tag means"


def secrets_are_not_in_the_environment(plan: Plan) -> Iterator[str]:
    for one in plan.containers:
        for name, value in one.environment.items():
            if name in SECRETS or CREDENTIALS.search(value):
                yield f"{one.address} shows {name}"
    if plan.of("aws_secretsmanager_secret_version", "random_password"):
        yield "Terraform's state would hold the value of a secret"


def only_who_migrates_is_the_owner(plan: Plan) -> Iterator[str]:
    admin = plan.only("aws_db_instance")["master_user_secret"][0]["secret_arn"]
    for one in plan.containers:
        if "CORE_DATABASE_OWNER_URL" in one.secrets and one.task not in {"migrate", "roles"}:
            yield f"{one.address} can become the owner of the tables"
        if one.task != "roles" and any(arn.startswith(admin) for arn in one.secrets.values()):
            yield f"{one.address} can become the database's administrator"


def starting_is_not_running(plan: Plan) -> Iterator[str]:
    """The role that reads secrets is never the one that code runs with."""
    for one in plan.of("aws_ecs_task_definition"):
        if one["execution_role_arn"] == one["task_role_arn"]:
            yield f"{one.address} runs with the role that reads its secrets"


def migrations_come_first(plan: Plan) -> Iterator[str]:
    step = plan.configured.get("terraform_data.migrate", {})
    (provisioner,) = step.get("provisioners") or [{"expressions": {}}]
    used = provisioner["expressions"].get("environment", {}).get("references", [])
    if 'aws_ecs_task_definition.this["migrate"].arn' not in used:
        yield "nothing runs the migrations"
    triggers = step.get("expressions", {}).get("triggers_replace", {}).get("references", [])
    if 'aws_ecs_task_definition.this["migrate"].arn' not in triggers:
        yield "the migrations do not run with each release"
    if "terraform_data.migrate" not in plan.configured["aws_ecs_service.this"].get(
        "depends_on", []
    ):
        yield "the services do not wait for the migrations"


def releases_can_fail(plan: Plan) -> Iterator[str]:
    for one in plan.of("aws_ecs_service"):
        if one["deployment_circuit_breaker"] != [{"enable": True, "rollback": True}]:
            yield f"{one.address} does not go back by itself"
    for one in plan.of("aws_ecr_repository"):
        if one["image_tag_mutability"] != "IMMUTABLE":
            yield f"{one.address} lets an image change under its tag"
        if not one["image_scanning_configuration"][0]["scan_on_push"]:
            yield f"{one.address} does not look for holes"


def logs_end(plan: Plan) -> Iterator[str]:
    for one in plan.of("aws_cloudwatch_log_group"):
        if not one["retention_in_days"]:
            yield f"{one.address} is kept for ever"


def one_environment_of_one_repository_deploys(plan: Plan) -> Iterator[str]:
    for one in plan.of("aws_iam_role"):
        for statement in one.document("assume_role_policy")["Statement"]:
            if "Federated" not in statement["Principal"]:
                continue
            equals = statement["Condition"].get("StringEquals", {})
            wanted = {name.rpartition(":")[2]: value for name, value in equals.items()}
            if wanted.get("aud") != "sts.amazonaws.com":
                yield f"{one.address} takes tokens that were made for others"
            if not re.fullmatch(r"repo:[^*:]+/[^*:]+:environment:[^*:]+", wanted.get("sub", "")):
                yield f"{one.address} is for more than one environment of one repository"


EVERYWHERE: Final[Iterable[Rule]] = (
    permissions_are_narrow,
    files_are_in_one_bucket,
    what_rests_is_encrypted,
    what_moves_is_encrypted,
    data_is_kept,
    nothing_is_public_but_the_balancer,
    machines_want_imdsv2,
    containers_are_confined,
    secrets_are_not_in_the_environment,
    only_who_migrates_is_the_owner,
    starting_is_not_running,
    migrations_come_first,
    releases_can_fail,
    logs_end,
    one_environment_of_one_repository_deploys,
)
IN_PRODUCTION: Final[Iterable[Rule]] = (production_is_protected,)
