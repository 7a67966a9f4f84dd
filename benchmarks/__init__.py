"""Measures Pavilion. Every figure stands beside a bare baseline of the same run."""
