"""What the product team's own nouns cost."""
