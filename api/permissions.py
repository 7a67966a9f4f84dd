"""Who may do what: every operation of the API and the roles that may call it.

The application refuses to start with a route that does not stand here (or in PUBLIC), or with an entry
that has no route. A token's tenant bounds everything besides: nobody sees another league.
"""

ADMIN = "admin"
ORGANISER = "organiser"
REFEREE = "referee"
UMPIRE = "umpire"
SCORER = "scorer"
CAPTAIN = "captain"
VIEWER = "viewer"
ROLES = (ADMIN, ORGANISER, REFEREE, UMPIRE, SCORER, CAPTAIN, VIEWER)

_ORGANISE = frozenset({ADMIN, ORGANISER})
_DECIDE = frozenset({ADMIN, ORGANISER, REFEREE, UMPIRE})
_SCORE = frozenset({ADMIN, ORGANISER, REFEREE, UMPIRE, SCORER})
_READ = frozenset(ROLES)

_REGISTERS = (("team", "teams"), ("player", "players"), ("venue", "venues"))
_REGISTER_VERBS = ("register", "put", "patch", "archive", "restore")

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
    # the registers
    **{f"{verb}_{one}": _ORGANISE for one, _ in _REGISTERS for verb in _REGISTER_VERBS},
    **{f"bulk_{many}": _ORGANISE for _, many in _REGISTERS},
    **{f"get_{one}": _READ for one, _ in _REGISTERS},
    **{f"list_{many}": _READ for _, many in _REGISTERS},
}

PUBLIC = frozenset({"healthz", "readyz", "metrics", "get_problem", "openapi", "docs"})
"""What answers without a token."""
