"""The rules of cricket and of leagues: pure functions over plain values.

Nothing here reads a clock, makes an id, draws a random number or does IO.
"""
