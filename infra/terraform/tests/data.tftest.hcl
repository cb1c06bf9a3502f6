mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "what_must_not_be_lost_is_protected" {
  command = plan

  module {
    source = "./modules/database"
  }

  variables {
    name                     = "core-api-test"
    vpc_id                   = "vpc-1"
    subnet_ids               = ["subnet-1", "subnet-2"]
    client_security_group_id = "sg-1"
    instance_class           = "db.t4g.micro"
    protected                = true
    log_retention_days       = 14
  }

  assert {
    condition = alltrue([
      aws_db_instance.this.deletion_protection,
      aws_db_instance.this.multi_az,
      !aws_db_instance.this.skip_final_snapshot,
      !aws_db_instance.this.delete_automated_backups,
      aws_db_instance.this.final_snapshot_identifier == "core-api-test-final",
    ])
    error_message = "A protected database must survive a zone and a mistake."
  }

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "RDS must make up the password; Terraform must not know one."
  }

  assert {
    condition     = aws_db_parameter_group.this.family == "postgres18"
    error_message = "The parameters must be those of the version."
  }
}

run "what_may_be_lost_can_be_thrown_away" {
  command = plan

  module {
    source = "./modules/database"
  }

  variables {
    name                     = "core-api-test"
    vpc_id                   = "vpc-1"
    subnet_ids               = ["subnet-1", "subnet-2"]
    client_security_group_id = "sg-1"
    instance_class           = "db.t4g.micro"
    engine_version           = "16"
    protected                = false
    log_retention_days       = 14
  }

  assert {
    condition     = !aws_db_instance.this.deletion_protection && aws_db_instance.this.skip_final_snapshot
    error_message = "A database for trying out must go without a word."
  }

  assert {
    condition     = aws_db_instance.this.backup_retention_period == 14 && aws_db_parameter_group.this.family == "postgres16"
    error_message = "It must be backed up all the same, and be of the version asked for."
  }
}

run "an_old_postgresql_is_refused" {
  command = plan

  module {
    source = "./modules/database"
  }

  variables {
    name                     = "core-api-test"
    vpc_id                   = "vpc-1"
    subnet_ids               = ["subnet-1", "subnet-2"]
    client_security_group_id = "sg-1"
    instance_class           = "db.t4g.micro"
    engine_version           = "15"
    protected                = false
    log_retention_days       = 14
  }

  expect_failures = [var.engine_version]
}

run "no_page_may_send_files_unless_it_is_named" {
  command = plan

  module {
    source = "./modules/storage"
  }

  variables {
    name      = "core-api-test"
    protected = true
  }

  assert {
    condition     = length(aws_s3_bucket_cors_configuration.files) == 0 && !aws_s3_bucket.files.force_destroy
    error_message = "There must be no rule for pages, and no way to delete files with the bucket."
  }
}

run "a_wildcard_for_pages_is_refused" {
  command = plan

  module {
    source = "./modules/storage"
  }

  variables {
    name         = "core-api-test"
    protected    = true
    cors_origins = ["https://*.example.com"]
  }

  expect_failures = [var.cors_origins]
}
