"""Error codes: what a client may rely on. A code is never renamed and never changes its meaning.

What the domain refuses has its code from ``domain`` and is a 422 unless it stands here: the request was
understood, and the Laws, the playing conditions or the state of the match are against it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """HTTP status and title of a code."""

    status: int
    title: str


CODES: dict[str, Code] = {
    # what the request is
    "malformed_json": Code(400, "The body is not JSON"),
    "malformed_message": Code(400, "The message of gRPC cannot be read"),
    "malformed_parameter": Code(400, "A parameter cannot be read"),
    "idempotency_key_missing": Code(400, "Idempotency-Key is missing"),
    "idempotency_key_malformed": Code(400, "Idempotency-Key cannot be used"),
    "signature_invalid": Code(400, "The signature of the webhook is not right"),
    "signature_expired": Code(400, "The webhook was signed too long ago"),
    "token_missing": Code(401, "A token is needed"),
    "token_malformed": Code(401, "The token cannot be read"),
    "token_invalid": Code(401, "The token is not valid"),
    "token_expired": Code(401, "The token has expired"),
    "token_of_another_tenant": Code(401, "The token is another league's"),
    "role_missing": Code(403, "This needs another role"),
    "not_yours": Code(403, "Only those concerned may say this"),
    "cors_refused": Code(403, "A page from there may not call this"),
    "not_found": Code(404, "There is nothing here"),
    "match_not_found": Code(404, "There is no such match"),
    "tournament_not_found": Code(404, "There is no such tournament"),
    "payment_not_found": Code(404, "There is no such payment"),
    "payout_not_found": Code(404, "There is no such payout"),
    "payee_not_found": Code(404, "There is no such payee"),
    "notification_not_found": Code(404, "There is no such notification"),
    "subscription_not_found": Code(404, "There is no such subscription"),
    "unsubscribe_token_invalid": Code(404, "The link leads nowhere"),
    "person_not_found": Code(404, "Nobody is known by this id"),
    "case_not_found": Code(404, "There is no such case"),
    "webhook_event_not_found": Code(404, "There is no such event that fails"),
    "webhook_endpoint_not_found": Code(404, "There is no such webhook endpoint"),
    "webhook_delivery_not_found": Code(404, "There is no such delivery"),
    "provider_unavailable": Code(503, "Payments cannot be reached"),
    "session_not_found": Code(404, "There is no such session"),
    "version_not_reached": Code(404, "There is no such version yet"),
    "card_not_found": Code(404, "The match has no card yet"),
    "entry_not_found": Code(404, "The register has no such entry"),
    "solution_not_found": Code(404, "There are no such fixtures"),
    "problem_not_found": Code(404, "There is no such code"),
    "method_not_allowed": Code(405, "This address does not take that method"),
    "version_mismatch": Code(412, "It is at another version"),
    "body_too_large": Code(413, "The body is too large"),
    "batch_too_large": Code(413, "The batch is too large"),
    "unsupported_media_type": Code(415, "The body has another media type"),
    "invalid_body": Code(422, "The body does not fit"),
    "invalid_command": Code(422, "This is no command"),
    "lines_refused": Code(422, "Some lines were refused, so none was taken"),
    "line_repeated": Code(422, "Two lines have one id"),
    "malformed_csv": Code(400, "The body is not CSV"),
    "birth_date_impossible": Code(422, "Nobody was born on that day"),
    "ground_named_twice": Code(422, "A ground is named twice"),
    "time_zone_unknown": Code(422, "There is no such time zone"),
    "endpoint_refused": Code(422, "Nobody may be called there"),
    "venue_without_ground": Code(422, "The venue has no ground"),
    "format_not_covered": Code(422, "Nothing is known of matches of this format"),
    "idempotency_key_reused": Code(422, "The idempotency key was used for another request"),
    "too_many_requests": Code(429, "Too many requests"),
    # conflicts with what is there or what others do
    "match_id_taken": Code(409, "The match id is in use"),
    "match_exists": Code(409, "The match exists already"),
    "idempotency_key_in_flight": Code(409, "The first request with this key is being served"),
    "too_contended": Code(409, "Others are writing at the same time"),
    "already_registered": Code(409, "The register has an entry with this id"),
    "entry_archived": Code(409, "The entry is archived"),
    "session_exists": Code(409, "The session is open already"),
    "tournament_id_taken": Code(409, "The tournament id is in use"),
    "session_id_taken": Code(409, "The session id is in use"),
    "tournament_closed": Code(409, "The tournament is closed"),
    "payout_closed": Code(409, "The payout is over"),
    "payout_id_taken": Code(409, "The payout id is in use"),
    "payout_under_way": Code(409, "Money of the payout is on its way"),
    "payout_revised": Code(409, "The payout was revised"),
    "payout_approved_already": Code(409, "The payout is approved already"),
    "tournament_not_settled": Code(409, "The tournament is not settled yet"),
    "too_many_subscriptions": Code(409, "There are as many subscriptions as can be"),
    "case_closed": Code(409, "The case is closed already"),
    "provider_refused": Code(409, "Stripe has refused it"),
    "payments_off": Code(409, "No money is moved here"),
    "session_closed": Code(409, "The session is closed"),
    "payment_closed": Code(409, "The payment is closed"),
    "not_the_scorer": Code(409, "Somebody else is scoring this match"),
    "tournament_exists": Code(409, "The tournament exists already"),
    "wrong_phase": Code(409, "The tournament is in another phase"),
    "team_entered_already": Code(409, "The team has entered already"),
    "team_name_taken": Code(409, "Another team has this name"),
    "tournament_full": Code(409, "All places are taken"),
    "result_recorded": Code(409, "The match has a result already"),
    "solution_pending": Code(409, "The fixtures are still being worked out"),
    "fixtures_changed": Code(409, "The fixtures have changed meanwhile"),
    "not_solved": Code(409, "There is no solution"),
    "correction_clashes": Code(409, "The correction contradicts what was recorded after it"),
    # who wants in, and wants others in
    "credentials_wrong": Code(401, "E-mail address or password is wrong"),
    "totp_missing": Code(401, "A code of the second factor is needed"),
    "totp_wrong": Code(401, "The code of the second factor is wrong"),
    "refresh_invalid": Code(401, "The refresh token is not valid"),
    "refresh_reused": Code(401, "The refresh token was used before, so the session was ended"),
    "session_ended": Code(401, "The session has ended"),
    "token_revoked": Code(401, "The token was revoked"),
    "api_key_invalid": Code(401, "The API key is not valid"),
    "share_link_invalid": Code(401, "The link opens nothing"),
    "account_disabled": Code(403, "The account is locked"),
    "no_membership": Code(403, "The account belongs to no league"),
    "not_allowed": Code(403, "This is for others to do"),
    "tenant_suspended": Code(403, "The league is suspended"),
    "invitation_of_another": Code(403, "Somebody else was invited"),
    "user_not_found": Code(404, "There is no such user"),
    "user_session_not_found": Code(404, "The user has no such session"),
    "member_not_found": Code(404, "There is no such member"),
    "invitation_not_found": Code(404, "There is no such invitation"),
    "tenant_not_found": Code(404, "There is no such league"),
    "signing_key_not_found": Code(404, "There is no such signing key"),
    "api_key_not_found": Code(404, "There is no such API key"),
    "share_link_not_found": Code(404, "There is no such link"),
    "refresh_raced": Code(409, "The refresh token was used a moment ago"),
    "share_link_taken": Code(409, "Somebody else has opened the link"),
    "tenant_missing": Code(409, "The account belongs to several leagues"),
    "tenant_slug_taken": Code(409, "Another league has this address"),
    "member_already": Code(409, "They are a member already"),
    "account_exists": Code(409, "There is an account with this address"),
    "last_owner": Code(409, "The league would have no owner"),
    "link_used": Code(409, "The link of the mail was used already"),
    "totp_enabled_already": Code(409, "There is a second factor already"),
    "totp_not_begun": Code(409, "No second factor was begun"),
    "totp_not_enabled": Code(409, "There is no second factor"),
    "api_key_revoked": Code(409, "The API key was revoked"),
    "secret_shown_already": Code(409, "The secret was shown when it was made"),
    "too_many_invitations": Code(409, "Too many invitations are open"),
    "too_many_tenants": Code(409, "The account has too many leagues"),
    "too_many_api_keys": Code(409, "The league has too many API keys"),
    "too_many_share_links": Code(409, "The match has too many links"),
    "link_invalid": Code(410, "The link of the mail is not valid"),
    "link_expired": Code(410, "The link of the mail has expired"),
    "too_many_webhook_endpoints": Code(409, "The league has too many webhook endpoints"),
    "webhook_endpoint_disabled": Code(409, "The webhook endpoint is disabled"),
    "url_malformed": Code(422, "The address cannot be read"),
    "url_has_credentials": Code(422, "The address names a user"),
    "url_not_https": Code(422, "The address is not encrypted"),
    "url_port_refused": Code(422, "The address names a port that is not called"),
    "address_not_public": Code(422, "The address is not a public one"),
    "event_type_unknown": Code(422, "There is no such event to be sent"),
    "expiry_too_late": Code(422, "It would expire too late"),
    "grant_scope_wrong": Code(422, "The role is not held in such a scope"),
    "grants_missing": Code(422, "A role is needed"),
    "too_many_grants": Code(422, "Too many roles at once"),
    "role_unknown": Code(422, "There is no such role"),
    "name_malformed": Code(422, "The name cannot be used"),
    "overlap_out_of_range": Code(422, "The overlap is out of range"),
    "password_common": Code(422, "The password is among those that are tried first"),
    "password_too_long": Code(422, "The password is too long"),
    "password_too_short": Code(422, "The password is too short"),
    "tenant_name_malformed": Code(422, "The league's name cannot be used"),
    "tenant_slug_malformed": Code(422, "The league's address cannot be used"),
    "too_many_logins": Code(429, "Too many failed logins"),
    "too_many_attempts": Code(429, "Too many attempts"),
    "identity_busy": Code(503, "Too many are logging in at once"),
    # what went wrong on our side
    "solution_failed": Code(500, "The fixtures could not be worked out"),
    "internal_error": Code(500, "Something failed on our side"),
    "workflows_unavailable": Code(503, "The workflows cannot be reached"),
    "workflow_leaving": Code(503, "The workflow is busy; come again"),
    "service_unavailable": Code(503, "The service cannot be reached"),
    "service_too_slow": Code(504, "The service has not answered in time"),
    "store_unavailable": Code(503, "The store cannot be reached"),
    "too_many_listeners": Code(503, "No more can listen at the moment"),
    "keys_unavailable": Code(503, "Tokens cannot be verified"),
    "auth_unavailable": Code(503, "The Auth Service cannot be reached"),
    "deadline_exceeded": Code(504, "It took longer than the caller would wait"),
}

REFUSED = 422

_OF_MONEY = """
    case_closes_itself case_not_explained
    approved_by_the_same no_order_refused no_prizes organiser_is_a_team
    amount_not_chargeable amount_not_positive amount_too_large currency_unknown no_refund_stuck
    payment_not_due prizes_invalid refund_policy_invalid reservation_open
"""
_OF_TOURNAMENTS = """
    bye_in_table capacity_invalid carry_over_invalid check_in_open check_in_over clock_invalid
    correction_held date_of_birth_missing deadline_in_past deadline_passed deadlines_out_of_order
    decided_place_invalid draw_seed_missing draw_team_missing draw_team_twice draw_team_unknown
    email_malformed ends_before_start entrants_missing entries_unsettled entry_not_confirmed
    entry_not_pending entry_over expiry_in_past fixture_rules_incomplete fixture_rules_invalid
    fixtures_incomplete format_cycle format_id_taken ground_taken groups_mismatch hours_invalid
    invitation_expired invitation_unknown invitation_used later_match_begun match_not_placed
    meetings_invalid no_check_in no_correction_held no_entries no_offer no_official_result no_placements
    no_points no_single_champion no_stages no_table no_transfers_left no_winner not_drawn not_placed
    offer_expired offer_open official_assigned_already official_busy official_not_assigned
    official_unnamed place_of_later_stage place_taken_twice placed_too_early placed_twice
    player_in_another_squad player_not_in_squad player_too_old player_too_young reason_missing
    registration_closed registration_not_open rosters_locked seeds_unused squad_rules_invalid
    squad_too_large squad_too_small stage_name_missing team_disqualified team_name_missing
    team_not_entered team_plays_twice teams_unknown token_hash_malformed too_few_entries too_few_teams
    too_late_to_enter too_many_matches too_many_rounds too_many_teams tournament_name_missing
    tournament_over unknown_ground unknown_match unknown_place wrong_conditions wrong_placement
    wrong_teams
"""
REFUSALS: frozenset[str] = frozenset(
    """
    already_at_crease already_in_side ball_not_found bat_runs_off_wide batter_absent batter_at_crease
    batter_missing batter_out
    batter_not_at_crease between_overs boundary_value bowler_bowled_previous_over bowler_missing
    bowler_quota_reached bowler_suspended byes_off_wide dismissal_needs_ball dismissed_twice
    follow_on_lead impact_player_mid_over impact_player_used innings_closed innings_complete
    innings_in_progress innings_not_in_progress line_up_missing line_up_size match_over match_started
    no_ball_value no_bowl_out no_declarations no_follow_on no_impact_player no_target no_vacancy
    not_a_substitute not_in_side not_out_off_free_hit not_out_off_no_ball not_out_off_wide
    not_the_non_striker not_the_striker not_tied nothing_to_undo over_complete over_in_progress
    over_incomplete overs_out_of_range play_interrupted play_not_interrupted player_in_both_sides
    player_named_twice replaced_player runs_of_two_kinds runs_out_of_range runs_with_dismissal
    same_batter_twice same_bowler same_team_twice super_over_too_early target_not_computable toss_made
    toss_missing unknown_boundary unknown_decision unknown_team unlimited_overs wide_and_no_ball
    wide_value wrong_innings wrong_over wrong_side_bats wrong_striker

    dispute_missing dispute_too_late lease_held lease_not_held match_ending not_a_captain not_the_referee
    own_dispute reason_missing reserve_too_early result_disputed result_missing session_over
    """.split()  # noqa: SIM905
    + _OF_TOURNAMENTS.split()
    + _OF_MONEY.split()
)
"""What the domain refuses, with a 422; their titles are their words. A test holds the domain to this list."""


def status_of(code: str) -> int:
    """The HTTP status of a code."""
    known = CODES.get(code)
    return known.status if known else REFUSED


def title_of(code: str) -> str:
    """The title of a code: for a refusal of the domain its words, "Innings closed"."""
    known = CODES.get(code)
    return known.title if known else code.replace("_", " ").capitalize()
