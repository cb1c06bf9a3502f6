"""API keys: what programs prove themselves with, in one organization and for some permissions."""
