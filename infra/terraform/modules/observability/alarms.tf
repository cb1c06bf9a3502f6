# An alarm is something that a person must look at now. Everything else is a graph.

locals {
  balancer = { LoadBalancer = var.balancer.load_balancer }
  targets  = merge(local.balancer, { TargetGroup = var.balancer.target_group })
  database = { DBInstanceIdentifier = var.database_identifier }

  alarms = merge(
    {
      no-healthy-target = {
        means      = "Nobody answers"
        namespace  = "AWS/ApplicationELB", metric = "HealthyHostCount", dimensions = local.targets
        statistic  = "Minimum", below = true, threshold = 1, minutes = 2
        on_silence = "breaching"
      }
      errors = {
        means      = "The service answers with errors of its own"
        namespace  = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", dimensions = local.targets
        statistic  = "Sum", below = false, threshold = 10, minutes = 5
        on_silence = "notBreaching"
      }
      unanswered = {
        means      = "The load balancer answers with errors, because no task did"
        namespace  = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", dimensions = local.balancer
        statistic  = "Sum", below = false, threshold = 10, minutes = 5
        on_silence = "notBreaching"
      }
      slow = {
        means      = "One request in twenty takes longer than a second"
        namespace  = "AWS/ApplicationELB", metric = "TargetResponseTime", dimensions = local.targets
        statistic  = "p95", below = false, threshold = 1, minutes = 10
        on_silence = "notBreaching"
      }
      database-busy = {
        means      = "The database has no processor to spare"
        namespace  = "AWS/RDS", metric = "CPUUtilization", dimensions = local.database
        statistic  = "Average", below = false, threshold = 85, minutes = 15
        on_silence = "missing"
      }
      database-full = {
        means      = "The database has less than 5 GB of disk left, and did not get more"
        namespace  = "AWS/RDS", metric = "FreeStorageSpace", dimensions = local.database
        statistic  = "Minimum", below = true, threshold = 5000000000, minutes = 10
        on_silence = "missing"
      }
    },
    {
      for kind, service in var.service_names : "${kind}-memory" => {
        means      = "${kind} is about to be killed for its memory"
        namespace  = "AWS/ECS", metric = "MemoryUtilization"
        dimensions = { ClusterName = var.cluster_name, ServiceName = service }
        statistic  = "Maximum", below = false, threshold = 90, minutes = 5
        on_silence = "missing"
      }
    },
  )
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = aws_kms_key.alarms.arn
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# The key that AWS has for every topic does not let CloudWatch in.
resource "aws_kms_key" "alarms" {
  description         = "Alarms of ${var.name}"
  enable_key_rotation = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Administration"
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.this.partition}:iam::${data.aws_caller_identity.this.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*" # in the policy of a key: this key
      },
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*" # in the policy of a key: this key
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
      },
    ]
  })
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.means
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = each.value.minutes
  treat_missing_data  = each.value.on_silence
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
