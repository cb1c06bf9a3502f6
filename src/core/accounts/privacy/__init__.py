"""What somebody may ask about their own data: to have it, and to have it forgotten."""
