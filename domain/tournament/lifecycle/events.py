"""What happened in a tournament."""

EVENT_TYPES: dict[str, type] = {}
"""Every event of a tournament by its type name, as stored."""
