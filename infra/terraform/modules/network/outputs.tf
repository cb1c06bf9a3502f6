output "vpc_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Where the load balancer is."
  value       = [for subnet in aws_subnet.public : subnet.id]
}

output "public_cidrs" {
  description = "From where the load balancer asks."
  value       = [for subnet in aws_subnet.public : subnet.cidr_block]
}

output "private_subnet_ids" {
  description = "Where tasks run."
  value       = [for subnet in aws_subnet.private : subnet.id]

  # A task that starts before there is a way out can't fetch its image.
  depends_on = [aws_route.private, aws_route_table_association.private]
}

output "database_subnet_ids" {
  description = "Where the database is."
  value       = [for subnet in aws_subnet.database : subnet.id]
}
