"""A Stripe of our own that takes nothing but what Stripe's specification allows."""
