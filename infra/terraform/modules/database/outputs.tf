output "identifier" {
  description = "What the instance is called in metrics."
  value       = aws_db_instance.this.identifier
}

output "address" {
  description = "The host to connect to."
  value       = aws_db_instance.this.address

  # Whoever connects must be let through, and let out.
  depends_on = [
    aws_vpc_security_group_ingress_rule.clients,
    aws_vpc_security_group_egress_rule.clients,
  ]
}

output "admin_username" {
  description = "Who made the database; the task `roles` alone connects as this."
  value       = aws_db_instance.this.username
}

output "admin_secret_arn" {
  description = "Where RDS keeps the administrator's password."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
