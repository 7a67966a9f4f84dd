"""Stripe, as the one who moves the money. The only package that imports `stripe`."""
