mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name               = "core-api-test"
  vpc_id             = "vpc-1"
  public_subnet_ids  = ["subnet-1", "subnet-2"]
  public_cidrs       = ["10.50.0.0/20", "10.50.16.0/20"]
  private_subnet_ids = ["subnet-3", "subnet-4"]
  protected          = false
  image              = "example@sha256:1111111111111111111111111111111111111111111111111111111111111111"
  collector_image    = "collector@sha256:2222222222222222222222222222222222222222222222222222222222222222"
  collector_config   = "{}"
  launch_type        = "fargate"
  api                = { cpu = 256, memory = 512, min = 1, max = 2 }
  worker             = { cpu = 256, memory = 512, min = 1, max = 1 }
  domain_name        = "api.example.com"
  certificate_arn    = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
  database_address   = "database.example.com"
  database_admin     = { username = "core_admin", secret_arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds" }
  bucket             = { name = "files", arn = "arn:aws:s3:::files" }
  log_groups = {
    api     = { name = "/api", arn = "arn:aws:logs:::api" }
    worker  = { name = "/worker", arn = "arn:aws:logs:::worker" }
    migrate = { name = "/migrate", arn = "arn:aws:logs:::migrate" }
    roles   = { name = "/roles", arn = "arn:aws:logs:::roles" }
    metrics = { name = "/metrics", arn = "arn:aws:logs:::metrics" }
  }
}

run "fargate_needs_no_machine" {
  command = plan

  module {
    source = "./modules/service"
  }

  assert {
    condition     = length(aws_autoscaling_group.machine) == 0 && length(aws_launch_template.machine) == 0
    error_message = "Fargate must bring its own machines."
  }

  assert {
    condition = alltrue([
      for task in aws_ecs_task_definition.this : task.requires_compatibilities == toset(["FARGATE"]) && task.runtime_platform[0].cpu_architecture == "ARM64"
    ])
    error_message = "Every task must be for Fargate, on ARM64."
  }

  assert {
    condition = alltrue([
      for service in aws_ecs_service.this : one(service.capacity_provider_strategy).capacity_provider == "FARGATE"
    ])
    error_message = "Every service must run on Fargate."
  }
}

run "ec2_brings_machines_of_ones_own" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    launch_type = "ec2"
    ec2         = { min = 2, max = 6 }
  }

  assert {
    condition     = aws_launch_template.machine[0].instance_type == "m7g.large" && aws_autoscaling_group.machine[0].min_size == 2 && aws_autoscaling_group.machine[0].max_size == 6
    error_message = "The machines must be of the default type and as many as was said."
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.machine[0].user_data), "ECS_AWSVPC_BLOCK_IMDS=true")
    error_message = "Tasks must not reach the machine's credentials."
  }

  assert {
    condition = alltrue([
      for service in aws_ecs_service.this : one(service.capacity_provider_strategy).capacity_provider == "core-api-test-ec2"
    ])
    error_message = "Every service must run on those machines."
  }

  assert {
    condition     = alltrue([for task in aws_ecs_task_definition.this : task.requires_compatibilities == toset(["EC2"])])
    error_message = "Every task must be for machines of one's own."
  }
}

run "only_who_answers_is_behind_the_balancer" {
  command = plan

  module {
    source = "./modules/service"
  }

  assert {
    condition     = length(aws_ecs_service.this["api"].load_balancer) == 1 && length(aws_ecs_service.this["worker"].load_balancer) == 0
    error_message = "The worker answers nobody outside its task."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this["worker"].container_definitions)[0].command == ["worker", "--port", "8000"]
    error_message = "The worker tells its numbers to the collector beside it, at the port that one asks."
  }

  assert {
    condition     = aws_lb_target_group.api.health_check[0].path == "/readyz"
    error_message = "A task must get requests when it is ready, and not before."
  }
}

run "requests_scale_what_answers_and_the_processor_scales_both" {
  command = plan

  module {
    source = "./modules/service"
  }

  assert {
    condition     = keys(aws_appautoscaling_policy.cpu) == ["api", "worker"] && keys(aws_appautoscaling_policy.requests) == ["api"]
    error_message = "There must be a policy for each."
  }
}

run "without_a_zone_nobody_touches_names" {
  command = plan

  module {
    source = "./modules/service"
  }

  assert {
    condition     = length(aws_route53_record.api) == 0
    error_message = "There must be no record."
  }
}

run "a_secret_has_a_place_of_its_own" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    secret_settings = ["CORE_STRIPE_API_KEY"]
  }

  assert {
    condition     = aws_secretsmanager_secret.this["CORE_STRIPE_API_KEY"].name == "core-api-test/CORE_STRIPE_API_KEY"
    error_message = "The secret must be made."
  }

  assert {
    condition = alltrue([
      for kind in ["api", "worker"] : contains(jsondecode(aws_ecs_task_definition.this[kind].container_definitions)[0].secrets[*].name, "CORE_STRIPE_API_KEY")
    ])
    error_message = "Both services must be given it."
  }
}

run "a_tag_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    image = "example:latest"
  }

  expect_failures = [var.image]
}

run "a_secret_among_the_settings_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    settings = { CORE_STRIPE_API_KEY = "sk_live_1" }
  }

  expect_failures = [var.settings]
}

run "a_setting_that_is_decided_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    settings = { CORE_ENVIRONMENT = "development" }
  }

  expect_failures = [var.settings]
}

run "a_setting_of_something_else_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    settings = { PATH = "/tmp" }
  }

  expect_failures = [var.settings]
}

run "the_owner_of_the_tables_is_no_setting_of_a_service" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    secret_settings = ["CORE_DATABASE_OWNER_URL"]
  }

  expect_failures = [var.secret_settings]
}

run "another_launch_type_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    launch_type = "lambda"
  }

  expect_failures = [var.launch_type]
}

run "a_machine_that_could_not_run_the_image_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    launch_type = "ec2"
    ec2         = { instance_type = "m7i.large" }
  }

  expect_failures = [var.ec2]
}

run "a_size_that_fargate_has_not_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    api = { cpu = 1024, memory = 1024, min = 1, max = 2 }
  }

  expect_failures = [var.api]
}

run "no_worker_at_all_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    worker = { cpu = 256, memory = 512, min = 0, max = 1 }
  }

  expect_failures = [var.worker]
}

run "an_address_is_no_domain" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    domain_name = "https://api.example.com"
  }

  expect_failures = [var.domain_name]
}

run "a_limit_that_the_firewall_has_not_is_refused" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    requests_per_minute = { all = 100, auth = 5 }
  }

  expect_failures = [var.requests_per_minute]
}
