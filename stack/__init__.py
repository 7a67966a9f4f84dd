"""Real servers without containers: finds or builds them, starts them, waits for health, stops them.

`stack.stack` has `Stack` and `Addresses`, `stack.settings` what every process of the project reads. Nothing is
imported here, so that the small scripts of this package start quickly.
"""
