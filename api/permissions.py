"""Who may do what: every operation of the API and the roles that may call it.

The application refuses to start with a route that does not stand here (or in PUBLIC), or with an entry
that has no route. A token's tenant bounds everything besides: nobody sees another league.
"""

ADMIN = "admin"
ORGANISER = "organiser"
UMPIRE = "umpire"
SCORER = "scorer"
VIEWER = "viewer"
ROLES = (ADMIN, ORGANISER, UMPIRE, SCORER, VIEWER)

_ORGANISE = frozenset({ADMIN, ORGANISER})
_DECIDE = frozenset({ADMIN, ORGANISER, UMPIRE})
_SCORE = frozenset({ADMIN, ORGANISER, UMPIRE, SCORER})
_READ = frozenset(ROLES)

PERMISSIONS: dict[str, frozenset[str]] = {
    # before play
    "create_match": _ORGANISE,
    "name_line_up": _SCORE,
    "record_toss": _SCORE,
    # play
    "start_innings": _SCORE,
    "record_ball": _SCORE,
    "record_balls": _SCORE,
    "send_in_batter": _SCORE,
    "dismiss_batter": _SCORE,
    "mark_absent": _SCORE,
    "replace_player": _SCORE,
    "replace_bowler": _SCORE,
    "end_over": _SCORE,
    "award_penalty_runs": _SCORE,
    "set_powerplay": _SCORE,
    "interrupt_play": _SCORE,
    "resume_play": _SCORE,
    "reduce_overs": _SCORE,
    "revise_target": _SCORE,
    "declare_innings": _SCORE,
    "forfeit_innings": _SCORE,
    "end_innings": _SCORE,
    "record_bowl_out": _SCORE,
    # corrections
    "correct_ball": _SCORE,
    "remove_ball": _SCORE,
    "insert_ball": _SCORE,
    "undo": _SCORE,
    # the end of the match
    "end_match": _SCORE,
    "award_match": _DECIDE,
    "abandon_match": _DECIDE,
    # reading
    "list_matches": _READ,
    "get_match": _READ,
    "get_scorecard": _READ,
    "list_events": _READ,
    "export_match": _READ,
}

PUBLIC = frozenset({"healthz", "readyz", "metrics", "get_problem", "openapi", "docs"})
"""What answers without a token."""
