"""Live reading: whoever listens to a match or a tournament is told every event once, with the score after it."""
