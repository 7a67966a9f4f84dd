"""The registers of a league: its teams, players and venues, whichever tournaments they take part in."""
