"""What the product team's own nouns hold: records, their history, lists of them."""
