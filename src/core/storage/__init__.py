"""Files of organizations: kept on S3 or on disk, sent there straight, published once verified."""
