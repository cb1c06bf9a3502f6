"""What happens here, told to whoever an organization names: https://www.standardwebhooks.com."""
