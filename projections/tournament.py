"""The read models of a tournament: a fold of its events, and its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from domain.tournament.lifecycle.evolve import evolve, initial
from domain.tournament.lifecycle.state import TournamentState
from projections import tournament_views as views
from projections.tournament_rows import EntryRow, FixtureRow, TournamentChanges, TournamentRow, ViewRow

Key = tuple[UUID, UUID]
Row = TypeVar("Row", ViewRow, EntryRow, FixtureRow)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The rows of a tournament, by what tells them apart within it."""

    views: dict[str, ViewRow]
    entries: dict[str, EntryRow]
    fixtures: dict[str, FixtureRow]


_NOTHING = _Shown({}, {}, {})


class TournamentFold:
    """One tournament's state, and what of it stands in the read models."""

    __slots__ = (
        "_latest",
        "_standings",
        "_standings_rest_on",
        "_whole",
        "_written",
        "created_at",
        "state",
        "tenant_id",
        "tournament_id",
        "written_version",
    )

    def __init__(self, tenant_id: UUID, tournament_id: UUID) -> None:
        self.tenant_id = tenant_id
        self.tournament_id = tournament_id
        self.created_at: datetime | None = None
        self.state: TournamentState = initial()
        self.written_version = 0
        self._whole = True
        self._latest = self._written = _NOTHING
        self._standings = ""
        self._standings_rest_on: tuple[Any, ...] = ()

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self.state.version

    def apply(self, event: Any, recorded_at: datetime) -> None:
        """Fold in the event of the next version."""
        if self.created_at is None:
            self.created_at = recorded_at
        self.state = evolve(self.state, event)

    def keep(self) -> None:
        """What was last shown stands in the read models."""
        self.written_version = self.state.version
        self._written = self._latest
        self._whole = self._written is _NOTHING

    def changes(self) -> TournamentChanges:
        """The rows that are new or different since ``keep``."""
        now = self._latest = self._shown()
        then = self._written
        whole = self._whole or not (
            then.entries.keys() <= now.entries.keys() and then.fixtures.keys() <= now.fixtures.keys()
        )
        since = _NOTHING if whole else then
        return TournamentChanges(
            whole,
            self._tournament(),
            _different(since.views, now.views),
            _different(since.entries, now.entries),
            _different(since.fixtures, now.fixtures),
        )

    def _shown(self) -> _Shown:
        state, id_ = self.state, self.tournament_id
        key = (self.tenant_id, id_)
        pages = {
            "tournament": _json(views.VIEWS["tournament"](state, id_)),
            "standings": self._standings_now(),
            "bracket": _json(views.VIEWS["bracket"](state, id_)),
        }
        return _Shown(
            {name: ViewRow(*key, name, page) for name, page in pages.items()},
            {one["team"]: _entry(key, one) for one in views.entries(state)},
            {
                one["node"]: _fixture(key, ordinal, one)
                for ordinal, one in enumerate(views.fixtures(state, id_))
            },
        )

    def _standings_now(self) -> str:
        """The tables, counted again only if something has changed that they rest on."""
        rest_on = views.standings_rest_on(self.state)
        if rest_on != self._standings_rest_on or not self._standings:
            self._standings = _json(views.VIEWS["standings"](self.state, self.tournament_id))
            self._standings_rest_on = rest_on
        return self._standings

    def _tournament(self) -> TournamentRow:
        state = self.state
        if self.created_at is None:
            raise ValueError(f"the stream of tournament {self.tournament_id} is empty")
        return TournamentRow(
            self.tenant_id,
            self.tournament_id,
            state.version,
            state.name,
            state.season,
            state.phase.value,
            views.published(state),
            self.created_at,
            views.first_match_at(state),
            _json({"id": self.tournament_id, **views.summary(state)}),
        )


def _different(then: Mapping[str, Row], now: Mapping[str, Row]) -> list[Row]:
    return [row for name, row in now.items() if then.get(name) != row]


def _entry(key: Key, one: views.Json) -> EntryRow:
    return EntryRow(*key, one["team"], one["number"], one["name"], one["status"].value, _json(one))


def _fixture(key: Key, ordinal: int, one: views.Json) -> FixtureRow:
    return FixtureRow(
        *key,
        one["node"],
        ordinal,
        one["stage"],
        one["starts_at"],
        one["ground"]["id"] if one["ground"] else None,
        one["home"]["team"] if one["home"] else None,
        one["away"]["team"] if one["away"] else None,
        one["status"].value,
        one["match_id"],
        _json({"tournament_id": key[1], **one}),
    )


_encoder = msgspec.json.Encoder(enc_hook=str)


def _json(value: Any) -> str:
    return _encoder.encode(value).decode()
