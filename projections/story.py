"""A tournament and a match day told in Markdown, for who looks at them in Temporal's UI. Times are their own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from domain.agenda import Due
from domain.session.state import Phase as SessionPhase
from domain.session.state import SessionState
from domain.tournament.lifecycle.known import table_rows
from domain.tournament.lifecycle.opening import name_of, open_matches
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.net_run_rate import rounded

DUES = 6
MATCHES = 6
TABLES = 4
"""The server keeps 20 kB of it; a World Cup's tables and next matches take two."""

_WAITS_FOR = {
    Phase.DRAFT: "the organiser to open registration",
    Phase.REGISTRATION_OPEN: "teams to enter and the organiser to close registration",
    Phase.REGISTRATION_CLOSED: "the draw",
    Phase.DRAWN: "the fixtures",
    Phase.SCHEDULED: "its first match",
    Phase.IN_PROGRESS: "its matches",
    Phase.PLAYOFFS: "its playoffs",
    Phase.COMPLETED: "disputes to be ruled on",
    Phase.SETTLED: "the archive",
}
_SESSION_WAITS_FOR = {
    SessionPhase.AWAITING_LINE_UPS: "both line-ups",
    SessionPhase.AWAITING_TOSS: "the toss",
    SessionPhase.READY: "the first ball",
    SessionPhase.IN_PLAY: "the match",
    SessionPhase.INTERRUPTED: "play to go on",
    SessionPhase.INNINGS_BREAK: "the next innings",
    SessionPhase.POSTPONED: "its reserve day",
    SessionPhase.ENDING: "the match to hear of its end",
    SessionPhase.RESULT_PROPOSED: "captains or referee to confirm the result",
    SessionPhase.DISPUTED: "a ruling",
}


def tournament_story(state: TournamentState, dues: Sequence[Due[Any]]) -> str:
    """Phase, what it waits for, what comes next, what is being played, the tables."""
    title = f"**{state.name}** · {state.phase.value}"
    parts = [
        f"{title} · champion: **{state.name_of(state.champion)}**" if state.champion else title,
        f"Cancelled: {state.cancelled}" if state.cancelled else "",
        f"Waits for {_WAITS_FOR[state.phase]}." if state.phase in _WAITS_FOR else "",
        _held(state),
        _next(dues),
        _entries(state),
        _matches(state),
        *_tables(state),
    ]
    return "\n\n".join(part for part in parts if part)


def session_story(state: SessionState, dues: Sequence[Due[Any]]) -> str:
    """Phase, score, what it waits for, what comes next, who is there."""
    if state.match is None:
        return "Not open yet."
    names = " v ".join(team.name for team in state.plan.teams)
    missed = sorted({what for what, _ in state.missed})
    proposal = state.proposal
    parts = [
        f"**{names}** · {state.phase.value}",
        f"Cancelled: {state.cancelled}" if state.cancelled else "",
        "\n".join(f"- {innings.score}" for innings in state.facts.innings),
        f"Result: {proposal.text}" if proposal else "",
        f"Disputed: {state.dispute.reason}" if state.dispute else "",
        f"Waits for {_SESSION_WAITS_FOR[state.phase]}." if state.phase in _SESSION_WAITS_FOR else "",
        f"Missed: {', '.join(missed)}." if missed else "",
        f"{state.lease.scorer} is scoring." if state.lease else "",
        _next(dues),
        "\n".join(
            f"- {each.role} {each.name}{'' if each.confirmed else ' (not confirmed)'}"
            for each in state.officials
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def _next(dues: Sequence[Due[Any]]) -> str:
    lines = [f"- {_when(due.at)} {due.name} {due.subject}".rstrip() for due in dues[:DUES]]
    return "\n".join(["Next:", "", *lines]) if lines else ""


def _held(state: TournamentState) -> str:
    return "\n".join(
        f"- **Correction of {name_of(state, node)} is held for a ruling**" for node in state.held
    )


def _entries(state: TournamentState) -> str:
    if state.structure is not None or not state.entries:
        return ""
    capacity = state.rules.registration.capacity
    waiting = len(state.waiting())
    more = f", {waiting} waiting" if waiting else ""
    return f"{len(state.holding())} of {capacity} places taken{more}."


def _matches(state: TournamentState) -> str:
    being_played = [f"- now: {match.name}" for match in open_matches(state)]
    placed = sorted(
        (match.placement.starts_at, match.node)
        for match in state.matches.values()
        if match.status is MatchStatus.SCHEDULED and match.placement is not None
    )
    coming = [f"- {_when(at)} {name_of(state, node)}" for at, node in placed[:MATCHES]]
    lines = [*being_played[:MATCHES], *coming]
    return "\n".join(["Matches:", "", *lines]) if lines else ""


def _tables(state: TournamentState) -> Iterable[str]:
    for table in state.structure.tables[:TABLES] if state.structure else ():
        lines = [f"| {table.name} | P | W | L | pts | NRR |", "|---|---|---|---|---|---|"]
        for row in table_rows(state, table):
            tally = row.tally
            rate = rounded(row.net_run_rate)
            lines.append(
                f"| {state.name_of(row.team)} | {tally.played} | {tally.won} | {tally.lost} | {row.points} | {rate} |"
            )
        yield "\n".join(lines)


def _when(at: datetime) -> str:
    return f"{at.day} {at:%b %H:%M}"
