# Everything of one environment. What differs between two of them is in their own folders.

locals {
  name = "core-api-${var.environment}"
}

module "network" {
  source = "../network"

  name               = local.name
  cidr               = var.cidr
  zones              = var.zones
  nat_per_zone       = var.protected
  log_retention_days = var.log_retention_days
}

module "database" {
  source = "../database"

  name                     = local.name
  vpc_id                   = module.network.vpc_id
  subnet_ids               = module.network.database_subnet_ids
  client_security_group_id = module.service.security_group_id
  engine_version           = var.database.engine_version
  instance_class           = var.database.instance_class
  storage_gib              = var.database.storage_gib
  protected                = var.protected
  log_retention_days       = var.log_retention_days
}

module "storage" {
  source = "../storage"

  name         = local.name
  cors_origins = var.cors_origins
  protected    = var.protected
}

module "observability" {
  source = "../observability"

  name                = local.name
  log_retention_days  = var.log_retention_days
  alarm_email         = var.alarm_email
  balancer            = module.service.balancer
  cluster_name        = module.service.cluster_name
  service_names       = module.service.service_names
  database_identifier = module.database.identifier
}

module "service" {
  source = "../service"

  name               = local.name
  vpc_id             = module.network.vpc_id
  public_subnet_ids  = module.network.public_subnet_ids
  public_cidrs       = module.network.public_cidrs
  private_subnet_ids = module.network.private_subnet_ids
  protected          = var.protected

  image            = var.image
  launch_type      = var.launch_type
  ec2              = var.ec2
  api              = var.api
  worker           = var.worker
  collector_image  = var.collector_image
  collector_config = module.observability.collector_config
  log_groups       = module.observability.log_groups

  domain_name     = var.domain_name
  certificate_arn = var.certificate_arn
  zone_id         = var.zone_id
  settings        = merge(length(var.cors_origins) > 0 ? { CORE_CORS_ORIGINS = join(",", var.cors_origins) } : {}, var.settings)
  secret_settings = var.secret_settings

  database_address    = module.database.address
  database_ca_file    = var.database.ca_file
  database_admin      = { username = module.database.admin_username, secret_arn = module.database.admin_secret_arn }
  bucket              = { name = module.storage.bucket, arn = module.storage.bucket_arn }
  requests_per_minute = var.requests_per_minute
}

module "github_oidc" {
  source = "../github_oidc"

  name               = local.name
  repository         = var.github.repository
  environment        = var.environment
  provider_exists    = var.github.provider_exists
  ecr_repository_arn = module.service.ecr_repository_arn
  cluster_arn        = module.service.cluster_arn
  service_names      = module.service.service_names
  task_families      = module.service.task_families
  role_arns          = module.service.role_arns
}
