variable "name" {
  description = "What everything is named after."
  type        = string
}

variable "cors_origins" {
  description = "Origins of the pages from which browsers send files."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^https://[^/*]+$", origin))])
    error_message = "cors_origins are whole origins, such as https://app.example.com, and no wildcard."
  }
}

variable "protected" {
  description = "Keeps the bucket from being deleted with files in it."
  type        = bool
}
