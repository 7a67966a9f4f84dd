"""Cricsheet's JSON (https://cricsheet.org/format/json/) in and out: the open format of ball-by-ball data.

``reader`` turns a file into commands, ``play`` drives the engine with them as a scorer would, ``writer``
turns a match back into a file.
"""
