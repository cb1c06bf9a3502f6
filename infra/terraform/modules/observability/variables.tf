variable "name" {
  description = "What everything is named after."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "alarm_email" {
  description = "Who is told of alarms, once they have confirmed the mail that AWS sends them."
  type        = string

  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "alarm_email is an address."
  }
}

variable "balancer" {
  description = "The load balancer and its targets, as metrics name them."
  type        = object({ load_balancer = string, target_group = string })
}

variable "cluster_name" {
  description = "The cluster that tasks run in."
  type        = string
}

variable "service_names" {
  description = "The services by what they do."
  type        = map(string)
}

variable "database_identifier" {
  description = "What the database is called in metrics."
  type        = string
}
