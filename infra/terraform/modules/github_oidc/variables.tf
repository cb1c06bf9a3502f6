variable "name" {
  description = "What everything is named after."
  type        = string
}

variable "repository" {
  description = "The repository on GitHub that may deploy, as owner/name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository is owner/name, without a wildcard."
  }
}

variable "environment" {
  description = "The environment of that repository whose rules say who may deploy."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.environment))
    error_message = "environment is the name of one environment, without a wildcard."
  }
}

variable "provider_exists" {
  description = "Whether the account trusts GitHub already: an account has one such provider for everybody."
  type        = bool
}

variable "ecr_repository_arn" {
  description = "Where images are pushed to."
  type        = string
}

variable "cluster_arn" {
  description = "The cluster that tasks run in."
  type        = string
}

variable "service_names" {
  description = "The services that are moved to a new image."
  type        = map(string)
}

variable "task_families" {
  description = "The families of task definitions by what they do."
  type        = map(string)
}

variable "role_arns" {
  description = "The roles that tasks have."
  type        = list(string)
}
