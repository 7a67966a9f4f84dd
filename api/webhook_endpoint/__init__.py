"""Where a league wants to hear of its events, and the log of what was sent there."""
