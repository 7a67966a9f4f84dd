"""Quotas that several gateways share, in Redis."""
