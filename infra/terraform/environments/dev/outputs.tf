output "ecr_repository_url" {
  description = "Where images are pushed to."
  value       = module.stack.ecr_repository_url
}

output "cluster_name" {
  description = "The cluster that tasks run in."
  value       = module.stack.cluster_name
}

output "api_service_name" {
  description = "The service that answers requests."
  value       = module.stack.api_service_name
}

output "worker_service_name" {
  description = "The service that carries out jobs."
  value       = module.stack.worker_service_name
}

output "migrate_task_family" {
  description = "The task that brings the database forward; it is awaited before the services move."
  value       = module.stack.migrate_task_family
}

output "deploy_role_arn" {
  description = "The role that a workflow takes on."
  value       = module.stack.deploy_role_arn
}

output "private_subnet_ids" {
  description = "Where tasks run."
  value       = module.stack.private_subnet_ids
}

output "service_security_group_id" {
  description = "The group that tasks are in."
  value       = module.stack.service_security_group_id
}

output "capacity_provider" {
  description = "On what tasks run."
  value       = module.stack.capacity_provider
}

output "balancer_dns_name" {
  description = "Where domain_name must point."
  value       = module.stack.balancer_dns_name
}

output "database_address" {
  description = "The host of the database."
  value       = module.stack.database_address
}

output "bucket" {
  description = "The bucket of files."
  value       = module.stack.bucket
}

output "secret_names" {
  description = "The secrets that somebody must fill."
  value       = module.stack.secret_names
}
