"""What an operator and a product team manage: feature flags."""

"""What a product and its operators run the service by: over all other modules."""
"""What the product team runs by itself: nouns of its own, switches, settings."""
