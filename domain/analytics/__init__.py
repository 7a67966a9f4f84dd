"""What a match contributes to the figures of players, teams and grounds beyond its own card."""
