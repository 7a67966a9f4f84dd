"""Fixtures as calendars that phones and computers subscribe to."""
