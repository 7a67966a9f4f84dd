"""What an erasure says of itself."""

from uuid import UUID

import pytest

from contracts import codec
from domain.persons import Erasure, PersonErased
from handlers.persons import FOLDED, Stream, announced
from handlers.request import NOBODY

LEAGUE, STREAM = UUID(int=1), UUID(int=2)
ERASURE = Erasure(person="a1", name="Player 1", texts=frozenset({"Ann"}))


@pytest.mark.parametrize("kind", sorted(FOLDED))
@pytest.mark.parametrize("version", [1, 2])
def test_it_is_written_with_the_version_that_its_kind_has(
    kind: str, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(codec.SCHEMA_VERSIONS_OF[kind], "PersonErased", version)
    event = announced(LEAGUE, Stream(kind, STREAM, 3), ERASURE, "key", NOBODY)
    assert (event.type, event.schema_version) == ("PersonErased", version)


@pytest.mark.parametrize("kind", sorted(FOLDED))
def test_it_is_read_as_an_event_of_its_kind(kind: str) -> None:
    event = announced(LEAGUE, Stream(kind, STREAM, 3), ERASURE, "key", NOBODY)
    read = codec.decode_of(kind, event.type, event.data, event.schema_version)
    assert read == PersonErased(person="a1", name="Player 1")
