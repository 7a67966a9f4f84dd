"""The session of a match."""
