"""Squads: who may play for whom, captains, and the day the rosters lock."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from domain.match.errors import CommandRefused
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.phases import require_phase
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import Entry, TournamentState

Events = list[e.TournamentEvent]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHILE_SQUADS_MATTER = frozenset(Phase) - {
    Phase.DRAFT,
    Phase.COMPLETED,
    Phase.SETTLED,
    Phase.ARCHIVED,
    Phase.CANCELLED,
}


def name_squad(state: TournamentState, command: c.NameSquad, now: datetime) -> Events:
    """The whole squad anew. After the lock only players with a permit may join it."""
    entry = _taking_part(state, command.team)
    check_squad(state, command.team, command.players, now)
    if state.rosters_locked:
        joining = {player.id for player in command.players} - {player.id for player in entry.players}
        if not joining or not joining <= state.permits.keys():
            raise CommandRefused(
                "rosters_locked",
                "the rosters are locked; the organiser can grant a player a permit to join late",
                detail={"players": sorted(joining - state.permits.keys())},
            )
    return (
        [] if command.players == entry.players else [e.SquadNamed(team=command.team, players=command.players)]
    )


def transfer(state: TournamentState, command: c.TransferPlayer, now: datetime) -> Events:
    """A player changes sides. After registration closes a team has only so many transfers."""
    giving, taking = _taking_part(state, command.from_team), _taking_part(state, command.to_team)
    player = next((one for one in giving.players if one.id == command.player), None)
    if player is None:
        raise CommandRefused(
            "player_not_in_squad",
            f"{command.player} is not in the squad of {giving.name}",
            detail={"player": command.player, "team": command.from_team},
        )
    if giving.team == taking.team:
        raise CommandRefused("same_team_twice", f"{player.name} plays for {taking.name} already")
    if state.rosters_locked:
        raise CommandRefused("rosters_locked", "the rosters are locked; no player can change sides any more")
    rules = state.rules.squads
    counts = state.phase is not Phase.REGISTRATION_OPEN
    if counts and taking.transfers >= rules.transfers:
        raise CommandRefused(
            "no_transfers_left",
            f"{taking.name} has had its {rules.transfers} transfers",
            detail={"transfers": rules.transfers},
        )
    if len(giving.players) - 1 < rules.minimum_players:
        raise _too_small(giving.name, len(giving.players) - 1, rules.minimum_players)
    if len(taking.players) + 1 > rules.maximum_players:
        raise _too_large(taking.name, len(taking.players) + 1, rules.maximum_players)
    return [
        e.PlayerTransferred(
            player=command.player, from_team=command.from_team, to_team=command.to_team, counts=counts
        )
    ]


def permit(state: TournamentState, command: c.GrantPermit, now: datetime) -> Events:
    """A player may take part against the rules of age and of the lock."""
    require_phase(state, frozenset(Phase) - {Phase.SETTLED, Phase.ARCHIVED, Phase.CANCELLED}, "it is over")
    if not command.player.strip() or not command.reason.strip():
        raise CommandRefused("reason_missing", "a permit names the player and the reason")
    return [e.PermitGranted(player=command.player, reason=command.reason)]


def lock(state: TournamentState, command: c.LockRosters, now: datetime) -> Events:
    """From now on squads are fixed. It says which are still too small."""
    require_phase(state, _WHILE_SQUADS_MATTER, "squads are named from the opening of registration on")
    if state.rosters_locked:
        raise CommandRefused("rosters_locked", "the rosters are locked already")
    minimum = state.rules.squads.minimum_players
    incomplete = (entry.team for entry in state.holding() if len(entry.players) < minimum)
    return [e.RostersLocked(incomplete=tuple(incomplete))]


def invite(state: TournamentState, command: c.InviteCaptain, now: datetime) -> Events:
    """A link for the captain of a team; it takes the place of one sent before."""
    _taking_part(state, command.team)
    if not _SHA256.fullmatch(command.token_hash):
        raise CommandRefused(
            "token_hash_malformed", "token_hash is the SHA-256 of the secret: 64 hexadecimal digits"
        )
    if command.expires_at <= now:
        raise CommandRefused("expiry_in_past", "an invitation ends in the future")
    if "@" not in command.email.strip("@"):
        raise CommandRefused("email_malformed", f"{command.email!r} is no e-mail address")
    return [
        e.CaptainInvited(
            team=command.team,
            email=command.email,
            token_hash=command.token_hash,
            expires_at=command.expires_at,
        )
    ]


def accept_invitation(state: TournamentState, command: c.AcceptInvitation, now: datetime) -> Events:
    """Whoever has the link is the captain: once, and in time."""
    invitation = _taking_part(state, command.team).invitation
    if invitation is None or invitation.token_hash != command.token_hash:
        raise CommandRefused("invitation_unknown", "this invitation is not valid, or a newer one was sent")
    if invitation.used:
        raise CommandRefused("invitation_used", "this invitation was used already; ask for a new one")
    if now > invitation.expires_at:
        raise CommandRefused(
            "invitation_expired",
            f"this invitation ended at {invitation.expires_at:%Y-%m-%d %H:%M}; ask for a new one",
            detail={"expired_at": invitation.expires_at.isoformat()},
        )
    return [e.CaptainAppointed(team=command.team, captain=command.captain)]


# --- who may be in a squad ---------------------------------------------------------------------------------


def check_squad(state: TournamentState, team: str, players: Sequence[c.SquadPlayer], now: datetime) -> None:
    """Raise CommandRefused if these players cannot be the squad of ``team``."""
    rules = state.rules.squads
    name = state.name_of(team)
    if len(players) < rules.minimum_players:
        raise _too_small(name, len(players), rules.minimum_players)
    if len(players) > rules.maximum_players:
        raise _too_large(name, len(players), rules.maximum_players)
    elsewhere = {
        player.id: entry
        for entry in state.entries.values()
        if entry.live and entry.team != team
        for player in entry.players
    }
    named: set[str] = set()
    for player in players:
        if player.id in named:
            raise CommandRefused(
                "player_named_twice", f"{player.name} is named twice", detail={"player": player.id}
            )
        named.add(player.id)
        if player.id in elsewhere:
            other = elsewhere[player.id]
            raise CommandRefused(
                "player_in_another_squad",
                f"{player.name} is in the squad of {other.name}; transfer the player instead",
                detail={"player": player.id, "team": other.team},
            )
        if player.id not in state.permits:
            _check_age(state, player, now)


def _check_age(state: TournamentState, player: c.SquadPlayer, now: datetime) -> None:
    rules = state.rules.squads
    if rules.youngest is None and rules.oldest is None:
        return
    detail = {"player": player.id}
    if player.born is None:
        raise CommandRefused(
            "date_of_birth_missing", f"the date of birth of {player.name} is needed", detail=detail
        )
    day = rules.age_on or now.date()
    age = age_on(player.born, day)
    if rules.youngest is not None and age < rules.youngest:
        raise CommandRefused(
            "player_too_young",
            f"{player.name} is {age} on {day}; players are {rules.youngest} or older",
            detail=detail,
        )
    if rules.oldest is not None and age > rules.oldest:
        raise CommandRefused(
            "player_too_old",
            f"{player.name} is {age} on {day}; players are {rules.oldest} or younger",
            detail=detail,
        )


def age_on(born: date, day: date) -> int:
    """Completed years: a birthday on the day counts; born on 29 February it is 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _taking_part(state: TournamentState, team: str) -> Entry:
    require_phase(state, _WHILE_SQUADS_MATTER, "squads are named while teams take part")
    entry = state.entry(team)
    if not entry.live:
        raise CommandRefused(
            "entry_over",
            f"the entry of {entry.name} is {entry.status}",
            detail={"status": entry.status.value},
        )
    return entry


def _too_small(name: str, players: int, minimum: int) -> CommandRefused:
    return CommandRefused(
        "squad_too_small",
        f"a squad has at least {minimum} players; {name} would have {players}",
        detail={"players": players, "minimum": minimum},
    )


def _too_large(name: str, players: int, maximum: int) -> CommandRefused:
    return CommandRefused(
        "squad_too_large",
        f"a squad has at most {maximum} players; {name} would have {players}",
        detail={"players": players, "maximum": maximum},
    )
