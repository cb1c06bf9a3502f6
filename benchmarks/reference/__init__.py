"""The reference app: what the same requests cost without any of the product around them."""
