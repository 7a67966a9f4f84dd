"""The times of a match day, as a league sets them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """Minutes before (``…_before``) or after the time they are about.

    ``minutes_per_over`` is what an interruption's length is counted in overs by; ``grace_minutes`` may be
    lost before an over is. ``result_window_minutes``: a result that nobody confirmed or disputed is official
    after it. ``lease_seconds``: a scorer silent for so long loses the pad.
    """

    opens_hours_before: float = 24.0
    line_ups_due_minutes_before: float = 60.0
    toss_minutes_before: float = 30.0
    late_start_minutes: float = 10.0
    innings_break_minutes: float = 20.0
    super_over_minutes: float = 60.0
    cut_off_minutes: float = 300.0
    """After the scheduled start; no result by then: the match is called off (or goes to its reserve day)."""
    minutes_per_over: float = 4.25
    grace_minutes: float = 0.0
    lease_seconds: float = 600.0
    result_window_minutes: float = 60.0
    dispute_answer_minutes: float = 1440.0
    officials_required: tuple[str, ...] = ()
    """Roles that must be confirmed before the toss: "scorer", "umpire", "referee"."""


DEFAULTS = SessionSettings()
