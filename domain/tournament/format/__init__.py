"""Formats as data, their layout into matches, and who takes which place."""
