"""What a product and its operators run the service by: over all other modules."""
