"""What is set while the service runs: of the installation, an organization, a person."""
