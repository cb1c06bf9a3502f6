"""What the product team runs by itself: nouns of its own, switches, settings."""
