"""The scorer's lease: one person holds the pad, until they hand it on, are relieved, or fall silent."""

from datetime import datetime, timedelta

from domain.match.errors import CommandRefused
from domain.session import commands as c
from domain.session import events as e
from domain.session.refusals import reason_of
from domain.session.state import BEFORE_PLAY, Lease, Phase, SessionState

_HEARD = BEFORE_PLAY | {Phase.IN_PLAY}
"""When a scorer is expected to be heard of: nobody scores in the rain or in a break."""


def take(state: SessionState, command: c.TakeLease, now: datetime) -> list[e.SessionEvent]:
    lease = state.lease
    if lease is None:
        return [e.LeaseTaken(scorer=command.scorer, at=now)]
    if lease.scorer == command.scorer:
        return [e.LeaseRenewed(scorer=command.scorer, at=now)]
    text = f"{lease.scorer} is scoring; have it handed over, or take it over and say why"
    raise CommandRefused("lease_held", text, detail={"holder": lease.scorer})


def hand_over(state: SessionState, command: c.HandOverLease, now: datetime) -> list[e.SessionEvent]:
    _holder(state, command.scorer)
    if command.to == command.scorer:
        return [e.LeaseRenewed(scorer=command.scorer, at=now)]
    return [e.LeaseHandedOver(scorer=command.scorer, to=command.to, at=now)]


def take_over(state: SessionState, command: c.TakeOverLease, now: datetime) -> list[e.SessionEvent]:
    reason = reason_of(command.reason)
    if state.lease is None or state.lease.scorer == command.scorer:
        return take(state, c.TakeLease(scorer=command.scorer), now)
    holder = state.lease.scorer
    return [e.LeaseTakenOver(scorer=command.scorer, holder=holder, reason=reason, at=now)]


def release(state: SessionState, command: c.ReleaseLease, now: datetime) -> list[e.SessionEvent]:
    _holder(state, command.scorer)
    return let_go(state)


def let_go(state: SessionState) -> list[e.SessionEvent]:
    """The end of the lease, if there is one."""
    return [] if state.lease is None else [e.LeaseReleased(scorer=state.lease.scorer)]


def expire(state: SessionState, command: c.ExpireLease, now: datetime) -> list[e.SessionEvent]:
    """Too late or too early, it changes nothing."""
    silent, ends = silent_since(state), expires_at(state)
    if state.lease is None or silent is None or ends is None or now < ends:
        return []
    return [e.LeaseExpired(scorer=state.lease.scorer, silent_since=silent)]


def expires_at(state: SessionState) -> datetime | None:
    """When the scorer will have been silent too long; None while nobody scores, or need be heard of."""
    silent = silent_since(state)
    return None if silent is None else silent + timedelta(seconds=state.settings.lease_seconds)


def silent_since(state: SessionState) -> datetime | None:
    """When the scorer was last heard of: by the lease, by what was recorded, or when play went on."""
    if state.lease is None or state.phase not in _HEARD:
        return None
    heard = (state.lease.renewed_at, state.facts.active_at, state.phase_since)
    return max(one for one in heard if one is not None)


def _holder(state: SessionState, scorer: str) -> Lease:
    if state.lease is None:
        raise CommandRefused("lease_not_held", "nobody is scoring now; take the scoring first")
    if state.lease.scorer != scorer:
        holder = state.lease.scorer
        text = f"only {holder}, who is scoring, can do this; take it over and say why"
        raise CommandRefused("lease_not_held", text, detail={"holder": holder})
    return state.lease
