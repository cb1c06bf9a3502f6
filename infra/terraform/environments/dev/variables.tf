# What differs from one installation to the next; what differs between dev and prod is in main.tf.

variable "region" {
  description = "Where on earth."
  type        = string
}

variable "domain_name" {
  description = "Where clients reach the service, such as api.example.com."
  type        = string
}

variable "certificate_arn" {
  description = "ACM's certificate for domain_name, in the same region."
  type        = string
}

variable "zone_id" {
  description = "The zone of Route 53 that domain_name is in. Null: you point it at the load balancer yourself."
  type        = string
  default     = null
}

variable "image" {
  description = "repository@sha256:...; `running` for the one that the last release left; `none` until one was pushed."
  type        = string
}

variable "collector_image" {
  description = "AWS's collector for OpenTelemetry. Name it by its digest: a tag may mean another image tomorrow."
  type        = string
}

variable "launch_type" {
  description = "fargate, or ec2."
  type        = string
  default     = "fargate"
}

variable "ec2" {
  description = "The machines of launch_type ec2: instance_type, min and max."
  type        = object({ instance_type = optional(string), min = optional(number), max = optional(number) })
  default     = {}
}

variable "database_ca_file" {
  description = "Where the image holds AWS's certificates of databases, to have the server prove who it is."
  type        = string
  default     = null
}

variable "cors_origins" {
  description = "Origins of browsers that may call the API and send files, such as https://app.example.com."
  type        = list(string)
  default     = []
}

variable "settings" {
  description = "More settings of the service, such as CORE_MAIL_FROM; never a secret."
  type        = map(string)
  default     = {}
}

variable "secret_settings" {
  description = "Settings whose values you put into Secrets Manager, such as CORE_STRIPE_API_KEY."
  type        = set(string)
  default     = []
}

variable "alarm_email" {
  description = "Who is told of alarms."
  type        = string
}

variable "github" {
  description = "The repository that may deploy, as owner/name, and whether the account trusts GitHub already."
  type        = object({ repository = string, provider_exists = optional(bool, false) })
}
