data "aws_region" "this" {}

locals {
  # Read by AWS's distribution of the OpenTelemetry collector. JSON is YAML.
  collector = {
    receivers = {
      otlp = { protocols = { http = { endpoint = "127.0.0.1:4318" } } }
      prometheus = {
        config = {
          scrape_configs = [{
            job_name        = "core-api"
            scrape_interval = "60s"
            static_configs  = [{ targets = ["127.0.0.1:8000"] }]
          }]
        }
      }
    }
    processors = {
      memory_limiter = { check_interval = "1s", limit_mib = 100 }
      batch          = {}
    }
    exporters = {
      awsxray = { region = data.aws_region.this.region }
      awsemf = {
        region                  = data.aws_region.this.region
        namespace               = var.name
        log_group_name          = aws_cloudwatch_log_group.this["metrics"].name
        log_stream_name         = "{TaskId}"
        dimension_rollup_option = "NoDimensionRollup"
      }
    }
    service = {
      pipelines = {
        traces  = { receivers = ["otlp"], processors = ["memory_limiter", "batch"], exporters = ["awsxray"] }
        metrics = { receivers = ["prometheus"], processors = ["memory_limiter", "batch"], exporters = ["awsemf"] }
      }
    }
  }
}
