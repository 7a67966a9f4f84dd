"""HTTP to addresses that others have named."""
