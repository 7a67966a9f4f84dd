"""The read models of a tournament: a fold of its events, and its rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.tournament.lifecycle.evolve import evolve, initial
from domain.tournament.lifecycle.state import TournamentState
from projections import tournament_views as views
from projections.tournament_rows import EntryRow, FixtureRow, TournamentChanges, TournamentRow, ViewRow


class TournamentFold:
    """One tournament's state, and how much of it stands in the read models."""

    __slots__ = ("created_at", "state", "tenant_id", "tournament_id", "written_version")

    def __init__(self, tenant_id: UUID, tournament_id: UUID) -> None:
        self.tenant_id = tenant_id
        self.tournament_id = tournament_id
        self.created_at: datetime | None = None
        self.state: TournamentState = initial()
        self.written_version = 0

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
        """What has been folded so far stands in the read models."""
        self.written_version = self.state.version

    def changes(self) -> TournamentChanges:
        """All its rows."""
        state = self.state
        key = (self.tenant_id, self.tournament_id)
        if self.created_at is None:
            raise ValueError(f"the stream of tournament {self.tournament_id} is empty")
        return TournamentChanges(
            TournamentRow(
                *key,
                state.version,
                state.name,
                state.season,
                state.phase.value,
                views.published(state),
                self.created_at,
                views.first_match_at(state),
                _json({"id": self.tournament_id, **views.summary(state)}),
            ),
            [
                ViewRow(*key, name, state.version, _json(make(state, self.tournament_id)))
                for name, make in views.VIEWS.items()
            ],
            [
                EntryRow(*key, one["team"], one["number"], one["name"], one["status"].value, _json(one))
                for one in views.entries(state)
            ],
            [
                FixtureRow(
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
                    _json({"tournament_id": self.tournament_id, **one}),
                )
                for ordinal, one in enumerate(views.fixtures(state, self.tournament_id))
            ],
        )


_encoder = msgspec.json.Encoder(enc_hook=str)


def _json(value: Any) -> str:
    return _encoder.encode(value).decode()
