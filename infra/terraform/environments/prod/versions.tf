terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }
}

# Where the state is: `terraform init -backend-config=backend.hcl`, with your own bucket. See
# backend.hcl.example.
terraform {
  backend "s3" {
    key          = "core-api/prod.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project     = "core-api"
      Environment = "prod"
    }
  }
}
