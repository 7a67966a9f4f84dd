"""Who may do what: every operation of the API and the roles that may call it.

The application refuses to start with a route that does not stand here (or in PUBLIC), or with an entry
that has no route. A token's tenant bounds everything besides: nobody sees another league. A role that is held in a
tournament, team or match counts for what takes place there (``api.places``). docs/permissions.md is made from this.
"""

from typing import Any

from api.places import Place
from contracts.identity import ADMIN, CAPTAIN, ORGANISER, OWNER, REFEREE, ROLES, SCORER, TREASURER, UMPIRE

_ORGANISE = frozenset({ADMIN, ORGANISER})
_DECIDE = frozenset({ADMIN, ORGANISER, REFEREE, UMPIRE})
_SCORE = frozenset({ADMIN, ORGANISER, REFEREE, UMPIRE, SCORER})
_READ = frozenset(ROLES)

_CAPTAIN = frozenset({ADMIN, ORGANISER, CAPTAIN})
"""A captain's commands; captains only for their own team."""
_OFFICIATE = frozenset({ADMIN, ORGANISER, REFEREE, UMPIRE, SCORER})
_RULE = frozenset({ADMIN, ORGANISER, REFEREE})
_BOOKS = frozenset({ADMIN, ORGANISER, TREASURER, OWNER})
"""Who sees the books."""
_MONEY = frozenset({ADMIN, ORGANISER, TREASURER})
_SETTLE = frozenset({ADMIN, TREASURER})
_INBOX = frozenset({ADMIN, TREASURER, OWNER})
_STAFF = frozenset({OWNER, ADMIN, ORGANISER})
"""Who gives roles; which, and to whom, the use cases say (``handlers.identity.granting``)."""
_LEAGUE = frozenset({OWNER, ADMIN})
"""What concerns the league as a whole, and the people in it."""
_PAY = _MONEY | {CAPTAIN}
"""Captains for their own team."""

_REGISTERS = (("team", "teams"), ("player", "players"), ("venue", "venues"))
_REGISTER_VERBS = ("register", "put", "patch", "archive", "restore")

_ACCOUNT = frozenset(
    {
        *("change_password", "begin_totp", "confirm_totp", "disable_totp", "get_me", "rename_me"),
        "erase_me",
        *("list_sessions", "end_session", "log_out", "create_tenant", "get_tenant", "remove_member"),
    }
)
_INBOX_OF_ONES_OWN = frozenset(
    {
        *("list_notifications", "mark_notification_read", "mark_notifications_read"),
        *("get_notification_preferences", "put_notification_preferences"),
        *("list_notification_subscriptions", "follow", "unfollow"),
        *("list_push_subscriptions", "push_subscribe", "push_unsubscribe"),
    }
)
OWN = _ACCOUNT | _INBOX_OF_ONES_OWN
"""About oneself: whoever is known may call them, wherever their roles hold."""

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
    "preview_correct_ball": _SCORE,
    "preview_remove_ball": _SCORE,
    "preview_insert_ball": _SCORE,
    "preview_award_match": _DECIDE,
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
    # live
    "follow_match": _READ,
    "get_match_snapshot": _READ,
    "follow_tournament": _READ,
    "get_tournament_snapshot": _READ,
    # analytics
    "get_match_win_probability": _READ,
    "get_match_curves": _READ,
    # tournaments
    "create_tournament": _ORGANISE,
    "change_settings": _ORGANISE,
    "move_deadline": _ORGANISE,
    "move_dispute_window": _ORGANISE,
    "start_tournament": _ORGANISE,
    "cancel_tournament": _ORGANISE,
    "settle_tournament": _ORGANISE,
    "archive_tournament": _ORGANISE,
    "open_registration": _ORGANISE,
    "close_registration": _ORGANISE,
    "submit_entry": _CAPTAIN,
    "submit_entries": _ORGANISE,
    "confirm_entry": _ORGANISE,
    "accept_offer": _CAPTAIN,
    "decline_offer": _CAPTAIN,
    "invite_captain": _ORGANISE,
    "accept_invitation": _CAPTAIN,
    "name_squad": _CAPTAIN,
    "check_in": _CAPTAIN,
    "withdraw_entry": _CAPTAIN,
    "disqualify_team": _ORGANISE,
    "transfer_player": _ORGANISE,
    "grant_permit": _ORGANISE,
    "lock_rosters": _ORGANISE,
    "close_check_in": _ORGANISE,
    "draw_tournament": _ORGANISE,
    "set_fixtures": _ORGANISE,
    "move_fixtures": _ORGANISE,
    "solve_fixtures": _ORGANISE,
    "reschedule_fixtures": _ORGANISE,
    "apply_fixtures": _ORGANISE,
    "get_fixture_solution": _ORGANISE,
    "explain_fixture": _READ,
    "order_replay": _RULE,
    "assign_official": _ORGANISE,
    "confirm_official": _OFFICIATE,
    "remove_official": _OFFICIATE,
    "apply_correction": _RULE,
    "reject_correction": _RULE,
    "deduct_points": _RULE,
    "list_tournaments": _READ,
    "get_tournament": _READ,
    "list_entries": _READ,
    "list_fixtures": _READ,
    "list_league_fixtures": _READ,
    "get_league_calendar": _READ,
    "list_officials": _READ,
    "get_standings": _READ,
    "get_bracket": _READ,
    "get_qualification": _READ,
    "get_run_rate_needs": _READ,
    "list_corrections": _RULE,
    "get_structure": _READ,
    "get_calendar": _READ,
    "get_tournament_progress": _READ,
    # analytics
    "list_batting_figures": _READ,
    "list_bowling_figures": _READ,
    "list_most_valuable_players": _READ,
    "list_match_ups": _READ,
    "list_partnerships": _READ,
    "list_phase_figures": _READ,
    "list_venue_figures": _READ,
    "list_team_figures": _READ,
    "get_caps": _READ,
    "get_records": _READ,
    # the session of a match
    "take_lease": _SCORE,
    "hand_over_lease": _SCORE,
    "take_over_lease": _SCORE,
    "release_lease": _SCORE,
    "confirm_result": _RULE | _CAPTAIN,
    "raise_dispute": _RULE | _CAPTAIN,
    "answer_dispute": _RULE | _CAPTAIN | _OFFICIATE,
    "move_window": _RULE,
    "rule_dispute": _RULE,
    "abandon_session": _DECIDE,
    "award_session": _RULE,
    "concede_session": _CAPTAIN,
    "forfeit_session": _DECIDE,
    "get_session": _READ,
    "get_session_progress": _READ,
    # prize money
    "prepare_payout": _MONEY,
    "list_payouts": _BOOKS,
    "get_payout": _BOOKS,
    "approve_payout": _BOOKS,
    "retry_payout": _MONEY,
    "register_payee": _MONEY,
    "get_payee": _BOOKS,
    "list_payees": _BOOKS,
    "link_payee": _MONEY,
    # the books
    "list_ledger_accounts": _BOOKS,
    "get_ledger_balances": _BOOKS,
    "list_ledger_transactions": _BOOKS,
    "get_ledger_statement": _BOOKS,
    "export_ledger": _BOOKS,
    "list_ledger_cases": _BOOKS,
    "close_ledger_case": _SETTLE,
    # the inbox of webhooks
    "list_webhook_events": _INBOX,
    "retry_webhook_event": _INBOX,
    # payments
    "begin_payment": _PAY,
    "list_payments": _PAY,
    "get_payment": _PAY,
    "list_payment_refunds": _PAY,
    "list_refunds": _PAY,
    "retry_refund": _MONEY,
    "call_off_payment": _MONEY,
    # personal data
    "export_tenant": _LEAGUE,
    "export_person": _LEAGUE,
    "erase_person": _LEAGUE,
    # the registers
    **{f"{verb}_{one}": _ORGANISE for one, _ in _REGISTERS for verb in _REGISTER_VERBS},
    **{f"bulk_{many}": _ORGANISE for _, many in _REGISTERS},
    **{f"get_{one}": _READ for one, _ in _REGISTERS},
    **{f"list_{many}": _READ for _, many in _REGISTERS},
    # webhooks out
    **dict.fromkeys(("create_webhook_endpoint", "list_webhook_endpoints", "get_webhook_endpoint"), _LEAGUE),
    **dict.fromkeys(("change_webhook_endpoint", "delete_webhook_endpoint", "rotate_webhook_secret"), _LEAGUE),
    **dict.fromkeys(
        ("disable_webhook_endpoint", "enable_webhook_endpoint", "test_webhook_endpoint"), _LEAGUE
    ),
    **dict.fromkeys(("list_webhook_deliveries", "get_webhook_delivery"), _LEAGUE),
    **dict.fromkeys(("replay_webhooks", "replay_webhook_delivery"), _LEAGUE),
    # who did what
    "list_audit": _LEAGUE,
    # who was told what
    "list_notification_deliveries": _LEAGUE,
    # who may: the Auth Service's; and what people are told
    **dict.fromkeys(OWN, _READ),
    **dict.fromkeys(("list_members", "list_invitations", "invite_member", "withdraw_invitation"), _STAFF),
    "change_member": _STAFF,
    **dict.fromkeys(("list_share_links", "create_share_link", "revoke_share_link"), _STAFF),
    **dict.fromkeys(("list_keys", "create_key", "rotate_key", "revoke_key"), _LEAGUE),
    "rename_tenant": _LEAGUE,
}

PUBLIC = frozenset(
    {
        *("healthz", "readyz", "metrics", "get_problem", "openapi", "asyncapi", "docs"),
        "receive_stripe_webhook",  # its signature says who sends it
        # published tournaments
        *("public_list_tournaments", "public_get_tournament", "public_list_entries", "public_list_fixtures"),
        *("public_get_standings", "public_get_bracket", "public_get_calendar"),
        *("public_get_qualification", "public_get_run_rate_needs"),
        *("public_list_league_fixtures", "public_get_league_calendar"),
        # live, of published tournaments
        *("public_follow_match", "public_get_match_snapshot"),
        *("public_follow_tournament", "public_get_tournament_snapshot"),
        # what gets one in
        *("sign_up", "verify_email", "forgot_password", "reset_password", "accept_membership"),
        *("log_in", "refresh_session", "exchange_key", "open_share_link", "get_jwks"),
        *("show_unsubscribe", "unsubscribe"),  # the link in a mail says whose
    }
)
"""What answers without a token."""

AUTH_SERVICE = _ACCOUNT | frozenset(
    {
        *("sign_up", "verify_email", "forgot_password", "reset_password", "accept_membership"),
        *("log_in", "refresh_session", "exchange_key", "open_share_link", "get_jwks"),
        *("list_members", "list_invitations", "invite_member", "withdraw_invitation", "change_member"),
        *("list_share_links", "create_share_link", "revoke_share_link"),
        *("list_keys", "create_key", "rotate_key", "revoke_key", "rename_tenant"),
    }
)
"""The operations that the Auth Service's HTTP side serves (``auth/http.py``); the API serves all others."""

FRESH = frozenset(
    {
        *("change_settings", "cancel_tournament", "settle_tournament", "disqualify_team"),
        *("prepare_payout", "approve_payout", "retry_payout", "register_payee", "link_payee"),
        *("begin_payment", "retry_refund", "call_off_payment", "close_ledger_case", "retry_webhook_event"),
        *("export_tenant", "export_person", "erase_person"),
        *("create_webhook_endpoint", "change_webhook_endpoint", "rotate_webhook_secret"),
    }
)
"""Where it matters whether a role was taken away a moment ago: whoever calls these is looked up, not only verified."""


def access_of(operation_id: str, place: Place) -> dict[str, Any]:
    """Who may call a protected operation, as the OpenAPI document says it for programs."""
    allowed = PERMISSIONS[operation_id]
    return {
        "x-roles": [role for role in ROLES if role in allowed],
        "x-scopes": ["tenant", *place.kinds_for(allowed)],
        "x-fresh": operation_id in FRESH,
    }


def in_words(operation_id: str, place: Place) -> str:
    """The same for people."""
    if operation_id in OWN:
        return "**Roles:** any, or none: it is about the caller."
    said = access_of(operation_id, place)
    kinds = said["x-scopes"][1:]
    where = f", or in the {_or(kinds)} it is about" if kinds else ""
    roles = "any" if len(said["x-roles"]) == len(ROLES) else ", ".join(said["x-roles"])
    return f"**Roles:** {roles}; held in the league{where}."


def _or(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
