mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name               = "core-api-test"
  repository         = "example/core-api"
  environment        = "prod"
  provider_exists    = false
  ecr_repository_arn = "arn:aws:ecr:eu-central-1:123456789012:repository/core-api-test"
  cluster_arn        = "arn:aws:ecs:eu-central-1:123456789012:cluster/core-api-test"
  service_names      = { api = "api", worker = "worker" }
  task_families      = { api = "core-api-test-api", migrate = "core-api-test-migrate" }
  role_arns          = ["arn:aws:iam::123456789012:role/core-api-test-task"]
}

run "only_the_environment_deploys" {
  command = plan

  module {
    source = "./modules/github_oidc"
  }

  assert {
    condition     = jsondecode(aws_iam_role.deploy.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:example/core-api:environment:prod"
    error_message = "Whoever opens a pull request must get nothing."
  }
}

run "the_deploy_role_runs_migrations_and_nothing_else" {
  command = plan

  module {
    source = "./modules/github_oidc"
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.release.policy).Statement : statement.Resource if contains(flatten([statement.Action]), "ecs:RunTask")
    ] == ["arn:aws:ecs:eu-central-1:123456789012:task-definition/core-api-test-migrate:*"]
    error_message = "It must not run the task that has the administrator's password."
  }
}

run "an_account_trusts_github_once" {
  command = plan

  module {
    source = "./modules/github_oidc"
  }

  variables {
    provider_exists = true
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "A provider that is there must be used."
  }
}

run "many_repositories_are_refused" {
  command = plan

  module {
    source = "./modules/github_oidc"
  }

  variables {
    repository = "example/*"
  }

  expect_failures = [var.repository]
}

run "many_environments_are_refused" {
  command = plan

  module {
    source = "./modules/github_oidc"
  }

  variables {
    environment = "*"
  }

  expect_failures = [var.environment]
}
