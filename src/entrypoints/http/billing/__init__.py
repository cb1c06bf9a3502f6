"""Plans, payments and what they include, over HTTP."""
