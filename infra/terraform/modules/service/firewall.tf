# What NGINX does elsewhere: it refuses what is nobody's business, and those who ask too often. It
# counts for all tasks together, and looks at paths as the service will read them.

locals {
  as_the_service_reads_it = [
    { Priority = 0, Type = "URL_DECODE" },
    { Priority = 1, Type = "NORMALIZE_PATH" },
  ]

  # What is worth guessing at. Not introspection and refreshing: a product asks for many people there.
  guessable = [
    "login", "mail-login", "mfa", "passkeys", "password", "reauthenticate", "register", "sso", "verify-email",
  ]

  problems = {
    not_found    = { title = "Not found.", status = 404 }
    rate_limited = { title = "Too many requests.", status = 429 }
  }

  too_many = {
    Block = {
      CustomResponse = {
        ResponseCode          = 429
        CustomResponseBodyKey = "rate_limited"
        ResponseHeaders       = [{ Name = "Retry-After", Value = "60" }]
      }
    }
  }

  # As JSON, because the blocks for it nest deeper than Terraform tells.
  rules = [
    {
      Name     = "private"
      Priority = 0
      Action = {
        Block = { CustomResponse = { ResponseCode = 404, CustomResponseBodyKey = "not_found" } }
      }
      Statement = {
        RegexMatchStatement = {
          RegexString         = "^/(metrics|dev)(/|$)"
          FieldToMatch        = { UriPath = {} }
          TextTransformations = local.as_the_service_reads_it
        }
      }
    },
    {
      Name     = "auth"
      Priority = 1
      Action   = local.too_many
      Statement = {
        RateBasedStatement = {
          Limit               = var.requests_per_minute.auth
          EvaluationWindowSec = 60
          AggregateKeyType    = "IP"
          ScopeDownStatement = {
            RegexMatchStatement = {
              RegexString         = "^/(v1/auth/(${join("|", local.guessable)})|console/(sign-in|prove))(/|$)"
              FieldToMatch        = { UriPath = {} }
              TextTransformations = local.as_the_service_reads_it
            }
          }
        }
      }
    },
    {
      Name     = "all"
      Priority = 2
      Action   = local.too_many
      Statement = {
        RateBasedStatement = {
          Limit               = var.requests_per_minute.all
          EvaluationWindowSec = 60
          AggregateKeyType    = "IP"
        }
      }
    },
  ]
}

resource "aws_wafv2_web_acl" "this" {
  name        = var.name
  description = "What reaches ${var.name}"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  dynamic "custom_response_body" {
    for_each = local.problems

    content {
      key          = custom_response_body.key
      content_type = "APPLICATION_JSON"
      content      = jsonencode(merge(custom_response_body.value, { type = "about:blank", code = custom_response_body.key }))
    }
  }

  rule_json = jsonencode([
    for rule in local.rules : merge(rule, {
      VisibilityConfig = {
        MetricName               = "${var.name}-${rule.Name}"
        CloudWatchMetricsEnabled = true
        SampledRequestsEnabled   = true
      }
    })
  ])

  visibility_config {
    metric_name                = var.name
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  web_acl_arn  = aws_wafv2_web_acl.this.arn
  resource_arn = aws_lb.this.arn
}
