"""The prize money of a tournament, from the split to the transfers."""
