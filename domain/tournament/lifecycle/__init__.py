"""A tournament from its draft to its archive: commands, events, state, and what is due when."""
