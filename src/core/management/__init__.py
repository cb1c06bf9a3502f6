"""What an operator and a product team manage: feature flags."""
