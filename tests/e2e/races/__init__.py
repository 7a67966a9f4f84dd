"""Payments raced through a whole Pavilion: payers, webhooks, looks, deadlines and killed processes at one moment."""
