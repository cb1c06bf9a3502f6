resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["api", "worker", "migrate", "roles", "metrics"])

  name              = "/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
}
