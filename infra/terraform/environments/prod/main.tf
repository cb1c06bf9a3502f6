module "stack" {
  source = "../../modules/stack"

  environment = "prod"

  # A zone may fail without anybody noticing, and nothing is deleted by mistake.
  protected          = true
  zones              = 3
  cidr               = "10.41.0.0/16"
  log_retention_days = 90

  database = { instance_class = "db.m7g.large", storage_gib = 100, ca_file = var.database_ca_file }
  api      = { cpu = 1024, memory = 2048, min = 2, max = 10 }
  worker   = { cpu = 512, memory = 1024, min = 2, max = 6 }

  launch_type     = var.launch_type
  ec2             = var.ec2
  image           = var.image
  collector_image = var.collector_image
  domain_name     = var.domain_name
  certificate_arn = var.certificate_arn
  zone_id         = var.zone_id
  cors_origins    = var.cors_origins
  settings        = var.settings
  secret_settings = var.secret_settings
  alarm_email     = var.alarm_email
  github          = var.github
}
