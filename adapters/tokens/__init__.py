"""What identity computes with keys: signatures, encryption at rest, codes of a second factor."""
