mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name               = "core-api-test"
  cidr               = "10.50.0.0/16"
  zones              = 3
  nat_per_zone       = true
  log_retention_days = 14
}

run "each_zone_has_its_own_way_out" {
  command = plan

  module {
    source = "./modules/network"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_route.private) == 3
    error_message = "There must be a NAT gateway and a route to it in each zone."
  }
}

run "one_way_out_is_enough_where_it_may_fail" {
  command = plan

  module {
    source = "./modules/network"
  }

  variables {
    nat_per_zone = false
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.private) == 3
    error_message = "All zones must share one NAT gateway."
  }
}

run "subnets_do_not_overlap" {
  command = plan

  module {
    source = "./modules/network"
  }

  assert {
    condition = length(distinct(concat(
      [for subnet in aws_subnet.public : subnet.cidr_block],
      [for subnet in aws_subnet.private : subnet.cidr_block],
      [for subnet in aws_subnet.database : subnet.cidr_block],
    ))) == 9
    error_message = "Nine subnets must have nine ranges."
  }
}

run "another_zone_moves_no_subnet" {
  command = plan

  module {
    source = "./modules/network"
  }

  variables {
    zones = 2
  }

  assert {
    condition = alltrue([
      aws_subnet.public["eu-central-1b"].cidr_block == "10.50.16.0/20",
      aws_subnet.private["eu-central-1a"].cidr_block == "10.50.64.0/20",
      aws_subnet.database["eu-central-1b"].cidr_block == "10.50.144.0/20",
    ])
    error_message = "A subnet's range must not depend on how many zones there are."
  }
}

run "the_database_has_no_way_out" {
  command = plan

  module {
    source = "./modules/network"
  }

  assert {
    condition     = length(aws_route_table_association.database) == 3 && keys(aws_route.private) == keys(aws_subnet.private)
    error_message = "Only private subnets may be routed to a NAT gateway."
  }
}

run "one_zone_is_refused" {
  command = plan

  module {
    source = "./modules/network"
  }

  variables {
    zones = 1
  }

  expect_failures = [var.zones]
}

run "a_small_network_is_refused" {
  command = plan

  module {
    source = "./modules/network"
  }

  variables {
    cidr = "10.50.0.0/24"
  }

  expect_failures = [var.cidr]
}
