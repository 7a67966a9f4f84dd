"""Events sent to other people's addresses: when again, when no more, and which to whom."""
