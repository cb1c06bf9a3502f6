output "deploy_role_arn" {
  description = "The role that a workflow takes on to push an image and to release it."
  value       = aws_iam_role.deploy.arn
}
