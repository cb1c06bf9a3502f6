variable "name" {
  description = "What everything is named after."
  type        = string
}

variable "cidr" {
  description = "The network's addresses: a /16, of which each subnet gets a /20."
  type        = string
  default     = "10.40.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.cidr, 4, 15)) && endswith(var.cidr, "/16")
    error_message = "cidr is a /16, such as 10.40.0.0/16."
  }
}

variable "zones" {
  description = "How many availability zones are used."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3], var.zones)
    error_message = "zones is 2 or 3: the load balancer and the database want two at least."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone, so that none hangs on another; or one for all, which costs less."
  type        = bool
}

variable "log_retention_days" {
  description = "How long it is known who talked to whom."
  type        = number
}
