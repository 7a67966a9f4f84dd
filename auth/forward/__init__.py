"""The question the gateway asks before it lets a request through: whose is it, and has the caller quota left?"""
