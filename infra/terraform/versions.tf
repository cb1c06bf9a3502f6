# No configuration of its own: it is here so that `terraform test` finds the tests of all modules.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }
}
