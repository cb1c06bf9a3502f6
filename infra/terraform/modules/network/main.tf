# Three kinds of subnets: public ones hold the load balancer and the NAT gateways, private ones what
# we run, and those of the database have no way out at all.

data "aws_region" "this" {}

data "aws_availability_zones" "this" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones = slice(data.aws_availability_zones.this.names, 0, var.zones)
  nats  = var.nat_per_zone ? local.zones : slice(local.zones, 0, 1)

  # By number, so that a zone that is added leaves the subnets of the others where they are.
  public   = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 4, i) }
  private  = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 4, i + 4) }
  database = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 4, i + 8) }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# Whatever is put into the network without a group of its own can talk to nobody.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "public" {
  for_each = local.public

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = each.value
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each = local.private

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_subnet" "database" {
  for_each = local.database

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = each.value

  tags = { Name = "${var.name}-database-${each.key}" }
}
