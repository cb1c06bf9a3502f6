"""What operators run the service by, at a terminal."""
