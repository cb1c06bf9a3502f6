module "stack" {
  source = "../../modules/stack"

  environment = "dev"

  # One zone may fail, and everything may be thrown away.
  protected          = false
  zones              = 2
  cidr               = "10.40.0.0/16"
  log_retention_days = 14

  database = { instance_class = "db.t4g.micro", ca_file = var.database_ca_file }
  api      = { cpu = 256, memory = 512, min = 1, max = 2 }
  worker   = { cpu = 256, memory = 512, min = 1, max = 1 }

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
