"""The consumer runtime is small enough to be ours (decision 44)."""

import inspect

from adapters.kafka import consumer


def test_it_is_under_three_hundred_lines() -> None:
    assert len(inspect.getsource(consumer).splitlines()) < 300
