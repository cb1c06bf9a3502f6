output "log_groups" {
  description = "The log group of each task, and that of metrics."
  value       = { for kind, group in aws_cloudwatch_log_group.this : kind => { name = group.name, arn = group.arn } }
}

output "collector_config" {
  description = "What the collector beside each task does, as YAML."
  value       = jsonencode(local.collector)
}

output "alarm_topic_arn" {
  description = "Where alarms are told."
  value       = aws_sns_topic.alarms.arn
}
