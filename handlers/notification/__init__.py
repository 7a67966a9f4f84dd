"""Telling people: what the notifier and the API need from outside, and what is written to whom."""
