# What must have happened before the services may move to a new image. Each step is a task that runs
# once; the next one begins when it has ended well, and else the apply ends there.

locals {
  one_shot = {
    CLUSTER           = aws_ecs_cluster.this.name
    SUBNETS           = join(",", var.private_subnet_ids)
    SECURITY_GROUP    = aws_security_group.service.id
    CAPACITY_PROVIDER = local.capacity_provider
    AWS_REGION        = data.aws_region.this.region
  }
}

# Once for a database: nobody but this task ever uses the administrator's password.
resource "terraform_data" "roles" {
  count = local.running ? 1 : 0

  triggers_replace = [var.database_address]

  provisioner "local-exec" {
    command     = "${path.module}/../../bin/run-task.sh"
    environment = merge(local.one_shot, { TASK = aws_ecs_task_definition.this["roles"].arn })
  }

  depends_on = [aws_ecs_cluster_capacity_providers.this, aws_vpc_security_group_egress_rule.service]
}

resource "terraform_data" "migrate" {
  count = local.running ? 1 : 0

  triggers_replace = [aws_ecs_task_definition.this["migrate"].arn]

  provisioner "local-exec" {
    command     = "${path.module}/../../bin/run-task.sh"
    environment = merge(local.one_shot, { TASK = aws_ecs_task_definition.this["migrate"].arn })
  }

  depends_on = [terraform_data.roles]
}
