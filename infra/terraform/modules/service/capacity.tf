# On what tasks run: machines of AWS's (Fargate), or of our own, which come and go with the tasks.

locals {
  on_ec2            = var.launch_type == "ec2"
  capacity_provider = local.on_ec2 ? aws_ecs_capacity_provider.ec2[0].name : "FARGATE"
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = [local.capacity_provider]
}

resource "aws_iam_role" "machine" {
  count = local.on_ec2 ? 1 : 0

  name = "${var.name}-machine"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

data "aws_partition" "this" {}

resource "aws_iam_role_policy_attachment" "machine" {
  count = local.on_ec2 ? 1 : 0

  role       = aws_iam_role.machine[0].name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"
}

resource "aws_iam_instance_profile" "machine" {
  count = local.on_ec2 ? 1 : 0

  name = "${var.name}-machine"
  role = aws_iam_role.machine[0].name
}

# Machines have no open port at all, and talk to ECS, ECR and CloudWatch alone.
resource "aws_security_group" "machine" {
  count = local.on_ec2 ? 1 : 0

  name_prefix = "${var.name}-machine-"
  description = "The machines of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-machine" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "machine" {
  count = local.on_ec2 ? 1 : 0

  security_group_id = aws_security_group.machine[0].id
  description       = "AWS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_launch_template" "machine" {
  count = local.on_ec2 ? 1 : 0

  name_prefix            = "${var.name}-"
  update_default_version = true
  instance_type          = var.ec2.instance_type
  vpc_security_group_ids = [aws_security_group.machine[0].id]

  # The newest machine image made for ECS, looked up whenever a machine starts.
  image_id = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id"

  # Tasks must not become the machine: its credentials are for IMDSv2 alone, one hop away, and
  # ECS's agent keeps tasks from it besides.
  user_data = base64encode(<<-EOT
    #!/bin/sh
    {
      echo ECS_CLUSTER=${aws_ecs_cluster.this.name}
      echo ECS_AWSVPC_BLOCK_IMDS=true
      echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
    } >>/etc/ecs/ecs.config
  EOT
  )

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  iam_instance_profile {
    arn = aws_iam_instance_profile.machine[0].arn
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 30
      encrypted             = true
      delete_on_termination = true
    }
  }

  monitoring {
    enabled = true
  }
}

resource "aws_autoscaling_group" "machine" {
  count = local.on_ec2 ? 1 : 0

  name_prefix           = "${var.name}-"
  min_size              = var.ec2.min
  max_size              = var.ec2.max
  vpc_zone_identifier   = var.private_subnet_ids
  protect_from_scale_in = true # ECS moves the tasks away first, and takes it off then

  launch_template {
    id      = aws_launch_template.machine[0].id
    version = aws_launch_template.machine[0].latest_version
  }

  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage       = 100
      scale_in_protected_instances = "Refresh"
    }
  }

  # ECS puts it there itself; who does not say so would take it away.
  tag {
    key                 = "AmazonECSManaged"
    value               = "true"
    propagate_at_launch = true
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_ecs_capacity_provider" "ec2" {
  count = local.on_ec2 ? 1 : 0

  name = "${var.name}-ec2"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = aws_autoscaling_group.machine[0].arn
    managed_termination_protection = "ENABLED"
    managed_draining               = "ENABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = 100
    }
  }
}
