"""The product team's own nouns: what a record of each holds, and who may do what with it."""
