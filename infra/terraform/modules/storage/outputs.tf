output "bucket" {
  description = "The bucket's name."
  value       = aws_s3_bucket.files.bucket
}

output "bucket_arn" {
  description = "The bucket, as policies name it."
  value       = aws_s3_bucket.files.arn
}
