"""The requests that are measured, one file a module of the product."""
