"""What the product team runs by itself, at a terminal."""
