#!/bin/sh
# Runs a task once on ECS and waits for its end; ends well only if the task did.
#
#   CLUSTER=core-api-prod TASK=core-api-prod-migrate SUBNETS=subnet-1,subnet-2 \
#       SECURITY_GROUP=sg-1 CAPACITY_PROVIDER=FARGATE run-task.sh
#
# TASK is a family, for its newest revision, or the ARN of a revision. COMMAND, a JSON array, is run
# instead of what the task is there for: ["doctor"], say. It takes the AWS CLI, with credentials and a
# region as that finds them. WAIT_SECONDS: how long to wait, half an hour if unset.
set -eu

: "${CLUSTER:?the cluster}" "${TASK:?the task}" "${SUBNETS:?its subnets, with commas}"
: "${SECURITY_GROUP:?its security group}" "${CAPACITY_PROVIDER:?on what it runs: FARGATE or another}"

fail() {
    echo "run-task: $1" >&2
    exit 1
}

ask() { # a field of the task
    aws ecs describe-tasks --cluster "$CLUSTER" --tasks "$arn" --query "tasks[0].$1" --output text
}

# The container is called what the family ends in: core-api-prod-migrate, revision or not.
container=${TASK##*/}
container=${container%%:*}
container=${container##*-}
overrides='{}'
[ -z "${COMMAND:-}" ] ||
    overrides="{\"containerOverrides\": [{\"name\": \"$container\", \"command\": $COMMAND}]}"

arn=$(aws ecs run-task --cluster "$CLUSTER" --task-definition "$TASK" --count 1 \
    --started-by run-task --overrides "$overrides" \
    --capacity-provider-strategy "capacityProvider=$CAPACITY_PROVIDER,weight=1" \
    --network-configuration \
    "awsvpcConfiguration={subnets=[$SUBNETS],securityGroups=[$SECURITY_GROUP],assignPublicIp=DISABLED}" \
    --query 'tasks[0].taskArn' --output text)

# Where there is no room, ECS says so in an answer that is no error.
[ -n "$arn" ] && [ "$arn" != None ] || fail "ECS did not start $TASK"
echo "run-task: $TASK runs as ${arn##*/}"

# Not `aws ecs wait`: it gives up after ten minutes, and a migration may take longer.
deadline=$(($(date +%s) + ${WAIT_SECONDS:-1800}))
until [ "$(ask lastStatus)" = STOPPED ]; do
    [ "$(date +%s)" -lt "$deadline" ] || fail "$TASK still runs; it was left alone"
    sleep "${POLL_SECONDS:-5}"
done

code=$(ask "containers[?name=='$container'] | [0].exitCode")
[ "$code" = 0 ] || fail "$TASK ended with $code: $(ask stoppedReason)"
echo "run-task: $TASK ended well"
