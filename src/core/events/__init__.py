"""What happened in one module and another wants to hear of."""
