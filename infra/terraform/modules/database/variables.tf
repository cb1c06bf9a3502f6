variable "name" {
  description = "What everything is named after."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets without a way out, in two zones at least."
  type        = list(string)
}

variable "client_security_group_id" {
  description = "Who may connect: the tasks, and nobody else."
  type        = string
}

variable "engine_version" {
  description = "The major version of PostgreSQL; AWS chooses the newest minor one."
  type        = string
  default     = "18"

  validation {
    condition     = contains(["16", "17", "18"], var.engine_version)
    error_message = "engine_version is 16, 17 or 18: the service is tested on those."
  }
}

variable "instance_class" {
  description = "How large the machine is."
  type        = string
}

variable "storage_gib" {
  description = "The disk to begin with; it grows by itself to ten times that."
  type        = number
  default     = 20
}

variable "protected" {
  description = "A standby in another zone, no deletion, and a last snapshot: for data that must not be lost."
  type        = bool
}

variable "log_retention_days" {
  description = "How long PostgreSQL's log is kept."
  type        = number
}
