"""What persons and leagues may ask about their own data."""
