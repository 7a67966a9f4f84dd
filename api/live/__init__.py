"""Matches and tournaments as streams of server-sent events."""
