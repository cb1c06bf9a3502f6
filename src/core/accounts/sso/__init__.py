"""Single sign-on: people whom an OpenID provider vouches for."""
