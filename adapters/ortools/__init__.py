"""Fixtures found by OR-Tools CP-SAT."""
