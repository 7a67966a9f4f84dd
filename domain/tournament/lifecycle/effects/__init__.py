"""The effects of events on a tournament's state, by the part they change."""
