output "ecr_repository_url" {
  description = "Where images are pushed to."
  value       = aws_ecr_repository.this.repository_url
}

output "ecr_repository_arn" {
  description = "The same, as policies name it."
  value       = aws_ecr_repository.this.arn
}

output "cluster_name" {
  description = "The cluster that tasks run in."
  value       = aws_ecs_cluster.this.name
}

output "cluster_arn" {
  description = "The same, as policies name it."
  value       = aws_ecs_cluster.this.arn
}

output "service_names" {
  description = "The services by what they do."
  value       = { for kind, size in local.services : kind => kind }
}

output "task_families" {
  description = "The families of task definitions by what they do."
  value       = { for kind, task in local.tasks : kind => "${var.name}-${kind}" }
}

output "role_arns" {
  description = "Every role that a task has: who starts tasks must be allowed to pass them."
  value       = concat([aws_iam_role.task.arn], [for role in aws_iam_role.execution : role.arn])
}

output "capacity_provider" {
  description = "On what tasks run."
  value       = local.capacity_provider
}

output "security_group_id" {
  description = "The group that tasks are in."
  value       = aws_security_group.service.id
}

output "secret_names" {
  description = "The secrets that somebody must fill."
  value       = [for secret in aws_secretsmanager_secret.this : secret.name]
}

output "balancer_dns_name" {
  description = "Where domain_name must point."
  value       = aws_lb.this.dns_name
}

output "balancer" {
  description = "The load balancer and its targets, as metrics name them."
  value = {
    load_balancer = aws_lb.this.arn_suffix
    target_group  = aws_lb_target_group.api.arn_suffix
  }
}
