"""What Core API costs, measured beside the smallest honest app that does the same work."""
