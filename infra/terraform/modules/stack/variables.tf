variable "environment" {
  description = "dev or prod: what it is called, and by default how it is protected."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "environment is 2 to 12 lower-case letters and digits, such as prod."
  }
}

variable "protected" {
  description = "Whether what is here must not be lost: a standby of the database, a NAT gateway in each zone, and nothing that can be deleted by mistake."
  type        = bool
}

variable "zones" {
  description = "How many availability zones are used."
  type        = number
}

variable "cidr" {
  description = "The network's addresses: a /16."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number

  validation {
    condition     = contains([7, 14, 30, 60, 90, 180, 365], var.log_retention_days)
    error_message = "log_retention_days is 7, 14, 30, 60, 90, 180 or 365."
  }
}

variable "database" {
  description = "How large the database is, and AWS's certificates in the image, if they are there."
  type = object({
    instance_class = string
    storage_gib    = optional(number, 20)
    engine_version = optional(string, "18")
    ca_file        = optional(string)
  })
}

variable "api" {
  description = "The size of a task that answers requests, and how many there are."
  type        = object({ cpu = number, memory = number, min = number, max = number })
}

variable "worker" {
  description = "The size of a task that carries out jobs, and how many there are."
  type        = object({ cpu = number, memory = number, min = number, max = number })
}

variable "launch_type" {
  description = "fargate or ec2."
  type        = string
}

variable "ec2" {
  description = "The machines of launch_type ec2."
  type = object({
    instance_type = optional(string)
    min           = optional(number)
    max           = optional(number)
  })
  default = {}
}

variable "image" {
  description = "repository@sha256:..., `running` or `none`."
  type        = string
}

variable "collector_image" {
  description = "The collector of AWS for OpenTelemetry."
  type        = string
}

variable "domain_name" {
  description = "Where clients reach the service."
  type        = string
}

variable "certificate_arn" {
  description = "ACM's certificate for domain_name."
  type        = string
}

variable "zone_id" {
  description = "The zone of Route 53 that domain_name is in, if it is there."
  type        = string
  default     = null
}

variable "cors_origins" {
  description = "Origins of browsers that may call the API and send files."
  type        = list(string)
  default     = []
}

variable "settings" {
  description = "More settings of the service; never a secret."
  type        = map(string)
  default     = {}
}

variable "secret_settings" {
  description = "Settings, besides those that there always are, whose values are in Secrets Manager."
  type        = set(string)
  default     = []
}

variable "requests_per_minute" {
  description = "What one address may ask for in a minute, and how often it may try to sign in."
  type        = object({ all = number, auth = number })
  default     = { all = 6000, auth = 120 }
}

variable "alarm_email" {
  description = "Who is told of alarms."
  type        = string
}

variable "github" {
  description = "The repository that may deploy, as owner/name, and whether the account trusts GitHub already."
  type        = object({ repository = string, provider_exists = bool })
}
