"""The Auth Service: who somebody is, what they may do, and whether that still holds."""
