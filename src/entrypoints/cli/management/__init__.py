"""What operators run the service by, at a terminal."""

"""What the product team runs by itself, at a terminal."""
