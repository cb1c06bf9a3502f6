variable "name" {
  description = "What everything is named after."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "public_subnet_ids" {
  description = "Where the load balancer is."
  type        = list(string)
}

variable "public_cidrs" {
  description = "From where the load balancer asks: its X-Forwarded-For counts, and no other."
  type        = list(string)
}

variable "private_subnet_ids" {
  description = "Where tasks run."
  type        = list(string)
}

variable "protected" {
  description = "Keeps the load balancer from being deleted."
  type        = bool
}

# --- What runs ------------------------------------------------------------------------------------

variable "image" {
  description = "The image by its digest; `running`: the one that the last release left; `none`: nothing runs yet, because no image was ever pushed."
  type        = string

  validation {
    condition     = contains(["none", "running"], var.image) || can(regex("^[^@]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image is none, running, or an image by its digest: repository@sha256:... A tag may mean another image tomorrow."
  }
}

variable "collector_image" {
  description = "The collector of AWS for OpenTelemetry, which runs beside the service."
  type        = string
}

variable "collector_config" {
  description = "What the collector does, as YAML."
  type        = string
}

variable "launch_type" {
  description = "fargate: AWS runs the machines. ec2: machines of our own, which cost less when they are busy."
  type        = string

  validation {
    condition     = contains(["fargate", "ec2"], var.launch_type)
    error_message = "launch_type is fargate or ec2."
  }
}

variable "ec2" {
  description = "The machines of launch_type ec2; they are ARM64."
  type = object({
    instance_type = optional(string, "m7g.large")
    min           = optional(number, 1)
    max           = optional(number, 4)
  })
  default = {}

  validation {
    condition     = can(regex("^[a-z]+[0-9]+g[a-z]*\\.", var.ec2.instance_type))
    error_message = "ec2.instance_type is one of AWS's own ARM64 processors, such as m7g.large: the image is built for those."
  }
}

variable "api" {
  description = "The size of a task that answers requests, and how many there are."
  type        = object({ cpu = number, memory = number, min = number, max = number })

  validation {
    condition     = var.api.memory >= 2 * var.api.cpu && var.api.memory <= 8 * var.api.cpu
    error_message = "api.memory is 2 to 8 times api.cpu: Fargate has no other sizes."
  }

  validation {
    condition     = var.api.min >= 1 && var.api.max >= var.api.min
    error_message = "api.min is 1 at least, and api.max no less."
  }
}

variable "worker" {
  description = "The size of a task that carries out jobs, and how many there are."
  type        = object({ cpu = number, memory = number, min = number, max = number })

  validation {
    condition     = var.worker.memory >= 2 * var.worker.cpu && var.worker.memory <= 8 * var.worker.cpu
    error_message = "worker.memory is 2 to 8 times worker.cpu: Fargate has no other sizes."
  }

  validation {
    condition     = var.worker.min >= 1 && var.worker.max >= var.worker.min
    error_message = "worker.min is 1 at least, and worker.max no less."
  }
}

# --- What it is told ------------------------------------------------------------------------------

variable "domain_name" {
  description = "Where clients reach the service."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.domain_name))
    error_message = "domain_name is a host, such as api.example.com."
  }
}

variable "certificate_arn" {
  description = "ACM's certificate for domain_name, in this region."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:", var.certificate_arn))
    error_message = "certificate_arn is the ARN of a certificate of ACM."
  }
}

variable "zone_id" {
  description = "The zone of Route 53 that domain_name is in. Null: you point it at the load balancer yourself."
  type        = string
  default     = null
}

variable "settings" {
  description = "More settings of the service, by their full names, such as CORE_MAIL_FROM. Never a secret."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : startswith(name, "CORE_")])
    error_message = "settings are the service's own, whose names begin with CORE_."
  }

  validation {
    condition     = length(setintersection(keys(var.settings), keys(local.fixed_settings))) == 0
    error_message = "One of these settings follows from another variable: ${join(", ", keys(local.fixed_settings))}."
  }

  validation {
    condition     = length(setintersection(keys(var.settings), local.secret_settings)) == 0
    error_message = "One of these settings is a secret: anybody who may describe a task could read it. Name it in secret_settings, and put its value into Secrets Manager."
  }
}

variable "secret_settings" {
  description = "Settings, besides those that there always are, whose values are in Secrets Manager."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.secret_settings, setsubtract(local.secret_settings, ["CORE_DATABASE_OWNER_URL"]))) == 0
    error_message = "secret_settings names what is no setting or no secret, or the owner of the tables, whom only migrations may be."
  }
}

variable "database_address" {
  description = "The host of the database."
  type        = string
}

variable "database_ca_file" {
  description = "Where the image holds AWS's certificates of databases. Null: the connection is encrypted, but the server need not prove who it is."
  type        = string
  default     = null
}

variable "database_admin" {
  description = "Who may make roles and databases, and the secret that holds the password."
  type        = object({ username = string, secret_arn = string })
}

variable "bucket" {
  description = "The bucket of files."
  type        = object({ name = string, arn = string })
}

variable "log_groups" {
  description = "The log group of each task: api, worker, migrate and roles; and that of metrics."
  type        = map(object({ name = string, arn = string }))
}

# --- What it lets through -------------------------------------------------------------------------

variable "egress_ports" {
  description = "Where to the service may connect: HTTPS and mail servers."
  type        = set(number)
  default     = [443, 465, 587]
}

variable "requests_per_minute" {
  description = "What one address may ask for in a minute, and how often it may try to sign in."
  type        = object({ all = number, auth = number })
  default     = { all = 6000, auth = 120 }

  validation {
    condition     = var.requests_per_minute.auth >= 10 && var.requests_per_minute.all >= var.requests_per_minute.auth
    error_message = "requests_per_minute.auth is 10 at least, which is the firewall's least, and .all no less."
  }
}
