"""The session of a match: officials, deadlines, the scorer's lease, interruptions, the result and disputes."""
