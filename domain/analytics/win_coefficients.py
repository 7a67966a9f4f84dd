"""The numbers of the model of win probability. Written by ``python -m docs.win_probability``: not by hand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """``runs``, ``pace`` and ``shares`` say what a side still makes, ``slope`` how sure that is.

    ``shares[w]``: the part of ``runs`` that is left to a side with ``w`` wickets down and no end of balls.
    """

    runs: float
    pace: float
    shares: tuple[float, ...]
    slope: float


COEFFICIENTS = Coefficients(
    runs=275.192,
    pace=0.00779112,
    shares=(
        1.0,
        0.865492,
        0.711087,
        0.612038,
        0.438705,
        0.319927,
        0.213588,
        0.14193,
        0.0746861,
        0.0561408,
        0.0,
    ),
    slope=0.635065,
)
