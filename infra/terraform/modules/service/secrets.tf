# Terraform makes the secrets and never learns what is in them: neither its state nor its plans hold
# a password. bin/secrets.sh fills them once.

locals {
  # Every setting of the service that holds a secret. A test compares this with the service.
  secret_settings = toset([
    "CORE_DATABASE_OWNER_URL",
    "CORE_DATABASE_URL",
    "CORE_MAIL_URL",
    "CORE_S3_SECRET_ACCESS_KEY",
    "CORE_SECRET_KEYS",
    "CORE_STATS_CLICKHOUSE_URL",
    "CORE_STORAGE_SCAN_SECRET",
    "CORE_STRIPE_API_KEY",
    "CORE_STRIPE_WEBHOOK_SECRETS",
  ])

  serving = setunion(["CORE_DATABASE_URL", "CORE_MAIL_URL", "CORE_SECRET_KEYS"], var.secret_settings)
}

resource "aws_secretsmanager_secret" "this" {
  for_each = setunion(local.serving, ["CORE_DATABASE_OWNER_URL"])

  name                    = "${var.name}/${each.key}"
  description             = "The setting ${each.key} of ${var.name}"
  recovery_window_in_days = 30
}
