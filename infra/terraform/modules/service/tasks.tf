locals {
  port    = 8000
  running = var.image != "none"

  # A release moves the services to another image without Terraform: what runs is looked up then.
  image = var.image == "running" ? data.aws_ecs_container_definition.running[0].image : var.image

  secret = { for name, secret in aws_secretsmanager_secret.this : name => { arn = secret.arn, from = secret.arn } }

  serving_secrets = { for name in local.serving : name => local.secret[name] }

  migrating_secrets = { for name in ["CORE_DATABASE_URL", "CORE_DATABASE_OWNER_URL"] : name => local.secret[name] }

  admin_password = { arn = var.database_admin.secret_arn, from = "${var.database_admin.secret_arn}:password::" }

  # What follows from how things are put together here, and can't be chosen.
  fixed_settings = {
    CORE_ENVIRONMENT     = "production"
    CORE_PUBLIC_URL      = "https://${var.domain_name}"
    CORE_TRUSTED_PROXIES = join(",", var.public_cidrs)
    CORE_WORKER          = "off"
    CORE_LOG_FORMAT      = "json"
    CORE_S3_BUCKET       = var.bucket.name
    CORE_S3_REGION       = data.aws_region.this.region
  }

  settings = merge(var.settings, local.fixed_settings)

  telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318"
    OTEL_RESOURCE_ATTRIBUTES    = "deployment.environment.name=${var.name}"
  }

  tasks = {
    api = {
      size     = { cpu = var.api.cpu, memory = var.api.memory }
      command  = ["serve", "--host", "0.0.0.0", "--port", tostring(local.port)]
      settings = merge(local.settings, local.telemetry)
      secrets  = local.serving_secrets
      serves   = true
      observed = true
    }
    worker = {
      size     = { cpu = var.worker.cpu, memory = var.worker.memory }
      command  = ["worker", "--port", tostring(local.port)] # where the collector beside it asks
      settings = merge(local.settings, local.telemetry)
      secrets  = local.serving_secrets
      serves   = false
      observed = true
    }
    migrate = {
      size     = { cpu = 256, memory = 512 }
      command  = ["db", "migrate"]
      settings = { CORE_LOG_FORMAT = "json" }
      secrets  = local.migrating_secrets
      serves   = false
      observed = false
    }
    roles = {
      size     = { cpu = 256, memory = 512 }
      command  = ["db", "roles", "--as", local.admin_url]
      settings = { CORE_LOG_FORMAT = "json" }
      secrets  = merge(local.migrating_secrets, { PGPASSWORD = local.admin_password })
      serves   = false
      observed = false
    }
  }

  admin_url = "postgresql://${var.database_admin.username}@${var.database_address}:5432/postgres?${local.tls}"

  tls = var.database_ca_file == null ? "sslmode=require" : "sslmode=verify-full&sslrootcert=${var.database_ca_file}"
}

data "aws_region" "this" {}

data "aws_ecs_container_definition" "running" {
  count = var.image == "running" ? 1 : 0

  task_definition = "${var.name}-api"
  container_name  = "api"
}

resource "aws_ecs_task_definition" "this" {
  for_each = { for kind, task in local.tasks : kind => task if local.running }

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = [local.on_ec2 ? "EC2" : "FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.size.cpu
  memory                   = each.value.size.memory
  execution_role_arn       = aws_iam_role.execution[each.key].arn
  task_role_arn            = each.value.observed ? aws_iam_role.task.arn : null

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  # The one place that may be written to; gone with the task.
  volume {
    name = "tmp"
  }

  container_definitions = jsonencode(concat(
    [merge(
      local.container,
      {
        name        = each.key
        image       = local.image
        essential   = true
        command     = each.value.command
        environment = [for name, value in each.value.settings : { name = name, value = value }]
        secrets     = [for name, secret in each.value.secrets : { name = name, valueFrom = secret.from }]
        mountPoints = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]
        stopTimeout = 60
        logConfiguration = {
          logDriver = "awslogs"
          options   = merge(local.logging, { awslogs-group = var.log_groups[each.key].name })
        }
      },
      { for key, value in local.serving_container : key => value if each.value.serves },
    )],
    each.value.observed ? [local.collector[each.key]] : [],
  ))

  depends_on = [aws_iam_role_policy.execution, aws_iam_role_policy.files, aws_iam_role_policy.telemetry]
}

locals {
  container = {
    user                   = "10001:10001"
    readonlyRootFilesystem = true
    privileged             = false
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
  }

  serving_container = {
    portMappings = [{ containerPort = local.port, protocol = "tcp" }]
    healthCheck = {
      # Whether the process is there: to start it anew would not bring the database back.
      command     = ["CMD", "core-api", "healthcheck", "--url", "http://127.0.0.1:${local.port}/livez"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 30
    }
  }

  logging = {
    awslogs-region        = data.aws_region.this.region
    awslogs-stream-prefix = "task"
    mode                  = "non-blocking" # logs that can't leave must not stop the service
    max-buffer-size       = "4m"
  }

  # It reads /metrics and takes traces inside the task, where nobody else can. Without it the
  # service goes on.
  collector = {
    for kind, task in local.tasks : kind => merge(local.container, {
      name        = "collector"
      image       = var.collector_image
      essential   = false
      environment = [{ name = "AOT_CONFIG_CONTENT", value = var.collector_config }]
      logConfiguration = {
        logDriver = "awslogs"
        options = merge(local.logging, {
          awslogs-group         = var.log_groups[kind].name
          awslogs-stream-prefix = "collector"
        })
      }
    }) if task.observed
  }
}
