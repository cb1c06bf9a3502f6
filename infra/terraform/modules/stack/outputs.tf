output "ecr_repository_url" {
  description = "Where images are pushed to."
  value       = module.service.ecr_repository_url
}

output "cluster_name" {
  description = "The cluster that tasks run in."
  value       = module.service.cluster_name
}

output "api_service_name" {
  description = "The service that answers requests."
  value       = module.service.service_names["api"]
}

output "worker_service_name" {
  description = "The service that carries out jobs."
  value       = module.service.service_names["worker"]
}

output "migrate_task_family" {
  description = "The task that brings the database forward; it is awaited before the services move."
  value       = module.service.task_families["migrate"]
}

output "deploy_role_arn" {
  description = "The role that a workflow takes on."
  value       = module.github_oidc.deploy_role_arn
}

output "private_subnet_ids" {
  description = "Where tasks run."
  value       = module.network.private_subnet_ids
}

output "service_security_group_id" {
  description = "The group that tasks are in."
  value       = module.service.security_group_id
}

output "capacity_provider" {
  description = "On what tasks run."
  value       = module.service.capacity_provider
}

output "balancer_dns_name" {
  description = "Where domain_name must point."
  value       = module.service.balancer_dns_name
}

output "database_address" {
  description = "The host of the database."
  value       = module.database.address
}

output "bucket" {
  description = "The bucket of files."
  value       = module.storage.bucket
}

output "secret_names" {
  description = "The secrets that somebody must fill."
  value       = module.service.secret_names
}
