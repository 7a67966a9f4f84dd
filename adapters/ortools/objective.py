"""The soft constraints in CP-SAT: the same prices as :mod:`domain.tournament.fixtures.soft`.

Each auxiliary variable is bounded from one side only; the objective presses it against that bound, so at an
optimum the objective is the checker's cost, and before that it is never less.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from adapters.ortools.model import Choice, FixtureModel, Literal, Sum, total
from domain.tournament.fixtures import prices
from domain.tournament.fixtures.model import FixtureProblem


def minimise_cost(model: FixtureModel) -> None:
    """Give the model its objective."""
    model.cp.minimize(
        total(
            [
                *(
                    c.place.price * c.x
                    for choices in model.of_match.values()
                    for c in choices
                    if c.place.price
                ),
                *_round_order(model),
                *(term for team in model.of_team for term in _of_team(model, team)),
            ]
        )
    )


def minimise_cost_of(model: FixtureModel, team: str) -> None:
    """Of all prices only those of one team, its home matches among them. Every price but that of the order of
    rounds belongs to at most one team, so that what the teams cost at least, each by itself, adds up."""
    mine = [match.node for match in model.matches if match.home == team]
    prices_of_places = [c.place.price * c.x for node in mine for c in model.of_match[node] if c.place.price]
    model.cp.minimize(total([*prices_of_places, *_of_team(model, team)]))


def least_round_order(problem: FixtureProblem) -> int:
    """What the order of rounds costs at least."""
    rounds = Counter((match.stage, match.round) for match in problem.matches)
    return problem.rules.weights.round_order * sum(_days_late(problem, count) for count in rounds.values())


def _days_late(problem: FixtureProblem, count: int) -> int:
    """What a day bears is known before any search: of five matches with two a day, one is two days late.

    Fixed matches may have broken that already, so nothing is claimed where there are any.
    """
    return 0 if problem.fixed else sum(n // problem.rules.matches_a_day for n in range(count))


def _of_team(model: FixtureModel, team: str) -> Iterator[Sum]:
    yield from _breaks(model, team)
    yield from _spread(model, team)
    yield from _travel(model, team)


def _breaks(model: FixtureModel, team: str) -> Iterator[Sum]:
    price = model.rules.weights.breaks
    if not price or team not in model.places.homes:
        return
    home, away = model.at_home(team)
    for here, there in ((home, away), (away, home)):
        last: Literal | None = None
        for day in sorted(here):
            now = model.cp.new_bool_var("")
            model.cp.add(now >= here[day])
            if last is not None:
                model.cp.add(now >= last - there[day])
                broken = model.cp.new_bool_var("")
                model.cp.add(broken >= last + here[day] - 1)
                yield price * broken
            last = now


def _round_order(model: FixtureModel) -> Iterator[Sum]:
    price = model.rules.weights.round_order
    rounds: dict[tuple[str, int], list[str]] = defaultdict(list)
    for match in model.matches:
        rounds[match.stage, match.round].append(match.node)
    for nodes in rounds.values() if price else ():
        if len(nodes) == 1:
            continue
        first = model.cp.new_int_var(min(model.of_day), max(model.of_day), "")
        late = [model.cp.new_int_var(0, len(model.days), "") for _ in nodes]
        for node, days in zip(nodes, late, strict=True):
            day = model.day_of(node)
            model.cp.add(first <= day)
            model.cp.add(days >= day - first)
        model.cp.add(total(late) >= _days_late(model.places.problem, len(nodes)))
        yield price * total(late)


def _spread(model: FixtureModel, team: str) -> Iterator[Sum]:
    """A gap shorter by n days than an even one is n windows, each longer by a day, in which there are two."""
    price, playing = model.rules.weights.spread, model.playing[team]
    matches = sum(team in (match.home, match.away) for match in model.places.problem.matches)
    even = prices.even_gap(len(model.days), matches)
    for day in playing if price else ():
        shorter: Literal | None = None
        for gap in range(1, even):
            if day + gap not in playing and shorter is None:
                continue
            short = model.cp.new_bool_var("")
            if day + gap in playing:
                model.cp.add(short >= playing[day] + playing[day + gap] - 1)
            if shorter is not None:
                model.cp.add_implication(shorter, short)
            shorter = short
            yield price * short


def _travel(model: FixtureModel, team: str) -> Iterator[Sum]:
    """Where a team is after each day; a leg is paid on the day on which it arrives."""
    rules = model.rules
    kilometres = prices.distances(rules)
    if not kilometres or not rules.weights.travel:
        return
    venue_of = {ground.id: venue.id for venue in rules.venues for ground in venue.grounds}
    venues = [venue.id for venue in rules.venues]
    legs = {
        (one, other): prices.leg(rules.weights.travel, kilometres, one, other)
        for one in venues
        for other in venues
    }
    home = venue_of.get(next(iter(model.places.homes.get(team, ())), ""))
    where: dict[str, Sum] = {venue: model.cp.new_constant(venue == home) for venue in venues}
    by_day = model.of_team[team]
    for day in sorted(by_day):
        plays_at = _plays_at(model, by_day[day], venue_of)
        now: dict[str, Sum] = {venue: model.cp.new_bool_var("") for venue in venues}
        paid = model.cp.new_int_var(0, max(legs.values()), "")
        model.cp.add(total(now.values()) <= 1)
        for venue in venues:
            model.cp.add(now[venue] >= where[venue] - model.playing[team][day])
        for venue, arrives in plays_at.items():
            model.cp.add(now[venue] >= arrives)
            farthest = max(legs[other, venue] for other in venues)
            if farthest:
                travelled = total(legs[other, venue] * where[other] for other in venues)
                model.cp.add(paid >= travelled - farthest * (1 - arrives))
        where = now
        yield paid
    if home is not None:
        yield total(legs[venue, home] * where[venue] for venue in venues)


def _plays_at(model: FixtureModel, choices: list[Choice], venue_of: dict[str, str]) -> dict[str, Sum]:
    """For each venue: does the team play there on this day?"""
    at: dict[str, list[Literal]] = defaultdict(list)
    for choice in choices:
        at[venue_of[choice.place.slot.ground]].append(choice.x)
    if not model.rules.double_headers:
        return {venue: total(literals) for venue, literals in at.items()}
    plays: dict[str, Sum] = {}
    for venue, literals in at.items():
        any_there = model.cp.new_bool_var("")
        model.cp.add_max_equality(any_there, literals)
        plays[venue] = any_there
    return plays
