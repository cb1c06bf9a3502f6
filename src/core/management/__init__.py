"""What an operator and a product team manage: feature flags."""
"""What a product and its operators run the service by: over all other modules."""
