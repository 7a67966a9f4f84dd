"""Are there days enough? Told by counting, where a search would look for ever."""

from adapters.ortools import names
from adapters.ortools.places import Places


def too_few_days(places: Places) -> tuple[str, ...]:
    """The constraints that leave fewer matches to be played, over all days, than there are; empty if they don't.

    ``places`` must look beyond the season, or it cannot be told from it.
    """
    kept = {names.season(places.rules), names.closed(places.rules), names.matches_a_day(places.rules)}
    for ground, _ in places.grounds.values():
        kept |= {names.ground_closed(ground), names.matches_a_day_at(ground)}
    if places.problem.earliest is not None:
        kept.add(names.earliest(places.problem.earliest))
    wanted = len(places.problem.matches) - len(places.problem.fixed)
    if _room(places, kept) >= wanted:
        return ()
    for name in sorted(kept):
        if _room(places, kept - {name}) < wanted:
            kept = kept - {name}
    return tuple(sorted(kept))


def _room(places: Places, kept: set[str]) -> int:
    """How many matches can be played while these constraints are kept; fixed ones take no room."""
    rules, unlimited = places.rules, len(places.problem.matches)
    room = 0
    for day in places.days:
        on_day = 0
        for ground, _ in places.grounds.values():
            slots = places.slots(ground.id, day)
            if slots and kept.isdisjoint(places.against_ground(slots[0])):
                most = ground.matches_a_day if names.matches_a_day_at(ground) in kept else unlimited
                on_day += most
        room += min(on_day, rules.matches_a_day) if names.matches_a_day(rules) in kept else on_day
    return room
